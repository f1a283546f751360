import type { ChainDigest } from '../event/hash-chain.js';

/**
 * Merkle trees as RFC 6962 has them: a leaf's hash and an inner node's can't be taken for one another, since each begins with a byte of
 * its own, and a level's last node without a partner goes up as it is. All hashes are 32 bytes.
 */

/** What stands beside a node on the way from a leaf to the root. */
export interface PathStep {
  readonly side: 'left' | 'right';
  readonly hash: Uint8Array;
}

const LEAF = Uint8Array.of(0);
const NODE = 1;
const EMPTY = Uint8Array.of(2);
const HASH_BYTES = 32;

/** The hash of a leaf: SHA-256(00 ‖ UTF-8 of `text`). */
export function leafHash(digest: ChainDigest, text: string): Uint8Array {
  return digest(LEAF, text);
}

/** The hash of two children: SHA-256(01 ‖ left ‖ right). */
export function nodeHash(digest: ChainDigest, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * HASH_BYTES);
  bytes[0] = NODE;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return digest(bytes, '');
}

/** The root over hashes in their order; over none, SHA-256(02). */
export function merkleRoot(digest: ChainDigest, hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  while (level.length > 1) level = levelAbove(digest, level);
  return level[0] ?? digest(EMPTY, '');
}

/** What leads from `hashes[index]` to their root, the lowest first. */
export function merklePath(digest: ChainDigest, hashes: readonly Uint8Array[], index: number): readonly PathStep[] {
  const path: PathStep[] = [];
  let level = hashes;
  for (let place = index; level.length > 1; place >>= 1) {
    const isRight = place % 2 === 1;
    const sibling = level[isRight ? place - 1 : place + 1];
    if (sibling !== undefined) path.push({ side: isRight ? 'left' : 'right', hash: sibling });
    level = levelAbove(digest, level);
  }
  return path;
}

/** The root that a path leads to. */
export function rootFromPath(digest: ChainDigest, hash: Uint8Array, path: readonly PathStep[]): Uint8Array {
  return path.reduce(
    (child, { side, hash: sibling }) =>
      side === 'left' ? nodeHash(digest, sibling, child) : nodeHash(digest, child, sibling),
    hash,
  );
}

function levelAbove(digest: ChainDigest, level: readonly Uint8Array[]): readonly Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Uint8Array;
    const right = level[i + 1];
    above.push(right === undefined ? left : nodeHash(digest, left, right));
  }
  return above;
}
