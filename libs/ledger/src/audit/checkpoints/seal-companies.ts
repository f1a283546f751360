import { BUCKETS, companyRoot, HeadChain, headHash, merkleRoot, type ChainDigest } from '#domain';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type pg from 'pg';
import { readChangedHeads, type HeadRange } from './changed-heads.js';
import { bucketRootsIn, readCompanySeals, type CompanySeal } from './company-roots.js';
import { readHeads, type HeadInTree } from './sealed-heads.js';

/** A company that changed, as a checkpoint is to have it. */
export interface ChangedCompany extends CompanySeal {
  /** The roots of its buckets, one after the other. */
  readonly buckets: Buffer;
}

export interface SealedCompanies {
  /** All companies as they now stand, in the order of the tree. */
  readonly companies: readonly CompanySeal[];
  readonly changed: readonly ChangedCompany[];
  readonly changes: HeadChain;
}

const READ_BUCKET_BYTES = `
  SELECT buckets FROM checkpoint_company
  WHERE company_id = $1 AND checkpoint_id < $2 ORDER BY checkpoint_id DESC LIMIT 1`;

const INSERT_COMPANIES = `
  INSERT INTO checkpoint_company (company_id, checkpoint_id, streams, events, root, buckets)
  SELECT q.c, $1, q.s, q.e, q.r, q.b FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[]) q(c, s, e, r, b)`;

/** Buckets whose heads are in hand at once: at ten million wallets some 600,000 heads would be too many. */
const BUCKETS_AT_ONCE = 8;

/** Each is some 8 KB. */
const COMPANIES_AT_ONCE = 250;

/** Computes the buckets that changed and the companies they belong to. Writes nothing; the connection is in a transaction. */
export async function sealCompanies(
  client: pg.ClientBase,
  digest: ChainDigest,
  range: HeadRange,
): Promise<SealedCompanies> {
  const { checkpointId } = range;
  const changes = new HeadChain(digest);
  const seals = new Map((await readCompanySeals(client, checkpointId - 1n)).map((seal) => [seal.companyId, seal]));
  const changed = new Map<number, ChangedCompany>();
  for await (const heads of inParts(readChangedHeads(client, range))) {
    const companyId = heads[0]?.companyId as number;
    const bytes = changed.get(companyId)?.buckets ?? (await bucketBytes(client, digest, companyId, checkpointId));
    let { streams, events } = seals.get(companyId) ?? { streams: 0n, events: 0n };
    const leaves = new Map<number, Uint8Array[]>(heads.map(({ bucket }) => [bucket, []]));
    const sealed = await readHeads(client, { companyId, buckets: [...leaves.keys()], checkpointId: checkpointId - 1n });
    for (const { head, before } of overlaid(sealed, heads)) {
      leaves.get(head.bucket)?.push(headHash(digest, head));
      if (head === before) continue;
      changes.add(head);
      streams += before === undefined ? 1n : 0n;
      events += head.version - (before?.version ?? 0n);
    }
    for (const [bucket, hashes] of leaves) bytes.set(merkleRoot(digest, hashes), bucket * 32);
    const company = { companyId, streams, events, root: companyRoot(digest, bucketRootsIn(bytes)), buckets: bytes };
    changed.set(companyId, company);
    seals.set(companyId, company);
    await letOthersRun();
  }
  const companies = [...seals.values()].sort((a, b) => a.companyId - b.companyId);
  return { companies, changed: [...changed.values()], changes };
}

export async function writeCompanies(
  client: pg.ClientBase,
  checkpointId: bigint,
  changed: readonly ChangedCompany[],
): Promise<void> {
  for (let at = 0; at < changed.length; at += COMPANIES_AT_ONCE) {
    const some = changed.slice(at, at + COMPANIES_AT_ONCE);
    await client.query(INSERT_COMPANIES, [
      String(checkpointId),
      some.map(({ companyId }) => companyId),
      some.map(({ streams }) => String(streams)),
      some.map(({ events }) => String(events)),
      some.map(({ root }) => Buffer.from(root)),
      some.map(({ buckets }) => buckets),
    ]);
  }
}

/** Heads of one company in a few whole buckets at a time. */
async function* inParts(pages: AsyncIterable<readonly HeadInTree[]>): AsyncGenerator<readonly HeadInTree[]> {
  let part: HeadInTree[] = [];
  let buckets = new Set<number>();
  for await (const page of pages) {
    for (const head of page) {
      const isNewBucket = !buckets.has(head.bucket);
      const isNewCompany = part.length > 0 && part[0]?.companyId !== head.companyId;
      if (isNewCompany || (isNewBucket && buckets.size === BUCKETS_AT_ONCE)) {
        yield part;
        part = [];
        buckets = new Set();
      }
      part.push(head);
      buckets.add(head.bucket);
    }
  }
  if (part.length > 0) yield part;
}

interface OverlaidHead {
  readonly head: HeadInTree;
  /** What was sealed of the stream last; the head itself where it has not changed. */
  readonly before: HeadInTree | undefined;
}

/** What was sealed with what has changed laid over it. Both come in the order of the tree, and so does the outcome. */
function* overlaid(sealed: readonly HeadInTree[], changed: readonly HeadInTree[]): Generator<OverlaidHead> {
  let [next, nextChanged] = [0, 0];
  for (;;) {
    const [before, head] = [sealed[next], changed[nextChanged]];
    if (before === undefined && head === undefined) return;
    const order = before === undefined ? 1 : head === undefined ? -1 : inTree(before, head);
    if (order <= 0) next += 1;
    if (order >= 0) nextChanged += 1;
    if (order < 0) yield { head: before as HeadInTree, before };
    else yield { head: head as HeadInTree, before: order === 0 ? before : undefined };
  }
}

/** Ids are compared as text: their digits are in the order of their bytes. */
function inTree(a: HeadInTree, b: HeadInTree): number {
  if (a.bucket !== b.bucket) return a.bucket - b.bucket;
  if (a.walletId === b.walletId) return 0;
  return a.walletId < b.walletId ? -1 : 1;
}

/** The roots of the company's buckets as they were, to be written over; for a company that is new, those of empty buckets. */
async function bucketBytes(
  client: pg.ClientBase,
  digest: ChainDigest,
  companyId: number,
  checkpointId: bigint,
): Promise<Buffer> {
  const { rows } = await client.query<{ buckets: Buffer }>(READ_BUCKET_BYTES, [companyId, String(checkpointId)]);
  return rows[0]?.buckets ?? Buffer.concat(Array.from({ length: BUCKETS }, () => merkleRoot(digest, [])));
}
