import type { ChainDigest } from '../event/hash-chain.js';
import { leafHash, merkleRoot } from './merkle.js';

/** The newest event of a stream at some moment. `hash` is 64 lower-case hexadecimal digits. */
export interface SealedHead {
  readonly companyId: number;
  readonly walletId: string;
  readonly version: bigint;
  readonly hash: string;
}

/**
 * The tree over the heads of all streams: a company's heads lie in 256 buckets, by the last byte of the wallet's id, which is random;
 * each bucket is a tree over its heads sorted by wallet id, a company one over its buckets, and the whole one over the companies by
 * number. So the root follows from the heads alone, whoever computes it, and a head that changes costs its bucket and no more.
 */
export const BUCKETS = 256;

/** What is hashed of a head: `<company id>:<wallet id>:<version>:<hash>`. */
export function headText({ companyId, walletId, version, hash }: SealedHead): string {
  return `${companyId}:${walletId}:${version}:${hash}`;
}

export function headHash(digest: ChainDigest, head: SealedHead): Uint8Array {
  return leafHash(digest, headText(head));
}

/** The bucket of a wallet: the last byte of its id. */
export function bucketOf(walletId: string): number {
  return Number.parseInt(walletId.slice(-2), 16);
}

/** The tree of one company, filled stream by stream in the order of wallet ids. */
export class CompanyTree {
  private readonly buckets = Array.from({ length: BUCKETS }, (): Uint8Array[] => []);

  constructor(private readonly digest: ChainDigest) {}

  add(head: SealedHead): void {
    (this.buckets[bucketOf(head.walletId)] as Uint8Array[]).push(headHash(this.digest, head));
  }

  root(): Uint8Array {
    return companyRoot(
      this.digest,
      this.buckets.map((leaves) => merkleRoot(this.digest, leaves)),
    );
  }
}

/** A company's root from the roots of its buckets. */
export function companyRoot(digest: ChainDigest, bucketRoots: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(digest, bucketRoots);
}

/** The root over all companies, from their roots in the order of company ids. */
export function ledgerRoot(digest: ChainDigest, companyRoots: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(digest, companyRoots);
}

/** Which heads a checkpoint found changed, as one hash: a chain over their texts in the order of company, bucket and wallet. */
export class HeadChain {
  private newest: Uint8Array;
  count = 0n;

  constructor(private readonly digest: ChainDigest) {
    this.newest = digest(new Uint8Array(0), '');
  }

  add(head: SealedHead): void {
    this.newest = this.digest(this.newest, headText(head));
    this.count += 1n;
  }

  hash(): Uint8Array {
    return this.newest;
  }
}
