import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../../test/support/domain/index.js';
import { CompanyTree, companyRoot, headHash, ledgerRoot, type SealedHead } from './head-tree.js';
import { leafHash, merklePath, merkleRoot, nodeHash, rootFromPath } from './merkle.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const texts = fc.array(fc.string(), { minLength: 1, maxLength: 40 });
const leavesOf = (values: readonly string[]): Uint8Array[] => values.map((text) => leafHash(sha256, text));

/** RFC 6962, 2.1, as it is written there: the left half is the greatest power of two below the number of leaves. */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return nodeHash(sha256, rootByDefinition(leaves.slice(0, half)), rootByDefinition(leaves.slice(half)));
}

describe('A Merkle tree', () => {
  it('has the root that RFC 6962 defines', () => {
    fc.assert(
      fc.property(texts, (values) => {
        const leaves = leavesOf(values);
        expect(hex(merkleRoot(sha256, leaves))).toBe(hex(rootByDefinition(leaves)));
      }),
    );
  });

  it('proves every leaf by its path, and no other leaf by it', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (values, pick) => {
        const leaves = leavesOf(values);
        const index = pick % leaves.length;
        const path = merklePath(sha256, leaves, index);
        const root = hex(merkleRoot(sha256, leaves));
        expect(hex(rootFromPath(sha256, leaves[index]!, path))).toBe(root);
        expect(hex(rootFromPath(sha256, leafHash(sha256, `${values[index]}?`), path))).not.toBe(root);
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(leaves.length)) + 1);
      }),
    );
  });

  it('changes its root with any leaf, their order and their number', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (values, pick) => {
        const leaves = leavesOf(values);
        const index = pick % leaves.length;
        const root = hex(merkleRoot(sha256, leaves));
        const other = leaves.with(index, leafHash(sha256, `${values[index]}?`));
        expect(hex(merkleRoot(sha256, other))).not.toBe(root);
        expect(hex(merkleRoot(sha256, leaves.slice(0, -1)))).not.toBe(root);
        const turned = [...leaves].reverse();
        if (turned.some((leaf, i) => hex(leaf) !== hex(leaves[i]!))) {
          expect(hex(merkleRoot(sha256, turned))).not.toBe(root);
        }
      }),
    );
  });

  it('takes no inner node for a leaf', () => {
    const [left, right] = [leafHash(sha256, 'a'), leafHash(sha256, 'b')];
    const inner = nodeHash(sha256, left, right);
    const forged = leafHash(sha256, Buffer.concat([left, right]).toString('latin1'));
    expect(hex(forged)).not.toBe(hex(inner));
    expect(hex(merkleRoot(sha256, []))).toBe('dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986');
  });
});

describe('The tree over the heads of all streams', () => {
  const heads = fc.uniqueArray(
    fc.record({
      companyId: fc.integer({ min: 1, max: 3 }),
      walletId: fc.uuid(),
      version: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
      hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hex),
    }),
    { selector: ({ walletId }) => walletId, minLength: 1, maxLength: 30 },
  );

  function rootOf(all: readonly SealedHead[]): string {
    const sorted = [...all].sort((a, b) => a.companyId - b.companyId || (a.walletId < b.walletId ? -1 : 1));
    const trees = new Map<number, CompanyTree>();
    for (const head of sorted) {
      const tree = trees.get(head.companyId) ?? new CompanyTree(sha256);
      trees.set(head.companyId, tree);
      tree.add(head);
    }
    const roots = [...trees.values()].map((tree) => tree.root());
    return hex(ledgerRoot(sha256, roots));
  }

  it('has another root when a head is changed in any part, or left out', () => {
    fc.assert(
      fc.property(heads, fc.nat(), (all, pick) => {
        const index = pick % all.length;
        const head = all[index]!;
        const root = rootOf(all);
        expect(rootOf(all.with(index, { ...head, version: head.version - 1n }))).not.toBe(root);
        expect(rootOf(all.with(index, { ...head, hash: `${head.hash.slice(0, -1)}x` }))).not.toBe(root);
        expect(rootOf(all.with(index, { ...head, companyId: head.companyId + 3 }))).not.toBe(root);
        expect(rootOf(all.toSpliced(index, 1))).not.toBe(root);
      }),
    );
  });

  it('of one head is a path of eight buckets above its hash', () => {
    const head = { companyId: 1, walletId: '0198c0de-0000-4000-8000-0000000000ff', version: 3n, hash: 'ab'.repeat(32) };
    const tree = new CompanyTree(sha256);
    tree.add(head);
    const empty = merkleRoot(sha256, []);
    const buckets = Array.from({ length: 256 }, (_, i) => (i === 255 ? headHash(sha256, head) : empty));
    expect(hex(tree.root())).toBe(hex(companyRoot(sha256, buckets)));
    expect(merklePath(sha256, buckets, 255)).toHaveLength(8);
  });
});
