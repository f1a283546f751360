import {
  checkpointHash,
  companyRoot,
  decodeCheckpoint,
  encodeCheckpoint,
  HeadChain,
  ledgerRoot,
  MalformedRecord,
  NO_CHECKPOINT,
  type ChainDigest,
  type SealedHead,
} from '#domain';
import { PublicKey } from '#platform';
import { hex } from '../../columns.js';
import type { CheckpointFinding } from './checkpoint-finding.js';
import { bucketRootsIn, type CompanySeal } from './company-roots.js';
import type { StoredCheckpoint } from './stored-checkpoint.js';

export interface StoredRow {
  readonly id: string;
  readonly body: string;
  readonly root: string;
  readonly signature: Buffer;
  readonly publicKey: Buffer;
}

interface CompanyRow {
  readonly companyId: number;
  readonly checkpointId: string;
  readonly streams: string;
  readonly events: string;
  readonly root: Buffer;
  readonly buckets: Buffer;
}

export interface CheckpointChainOptions {
  readonly digest: ChainDigest;
  readonly report: (finding: CheckpointFinding) => void;
  /** Ids of the keys that may sign; undefined: whichever key stands beside a checkpoint is believed. */
  readonly trustedKeyIds?: ReadonlySet<string> | undefined;
}

/** Checkpoints in their order, and what each says it sealed, against what is stored for it. */
export class CheckpointChain {
  last: StoredCheckpoint | undefined;
  private readonly checkpoints = new Map<bigint, StoredCheckpoint>();
  private readonly companies = new Map<number, Omit<CompanySeal, 'companyId'>>();
  private readonly changes = new Map<bigint, HeadChain>();
  private companiesUpTo: bigint | undefined;
  private readonly digest: ChainDigest;
  private readonly report: (finding: CheckpointFinding) => void;

  constructor(private readonly options: CheckpointChainOptions) {
    this.digest = options.digest;
    this.report = options.report;
  }

  /** Goes on after a checkpoint: its own signature and root are checked, what it sealed is taken as it stands. */
  beginAfter(stored: StoredCheckpoint, companies: readonly CompanySeal[]): void {
    this.checkSignature(stored);
    for (const { companyId, ...seal } of companies) this.companies.set(companyId, seal);
    this.last = stored;
    this.checkRoot(stored);
  }

  takeCheckpoint({ id, body, root, signature, publicKey }: StoredRow): void {
    const checkpointId = BigInt(id);
    let stored: StoredCheckpoint;
    try {
      stored = { checkpoint: decodeCheckpoint(body), body, signature, publicKey };
    } catch (error) {
      if (!(error instanceof MalformedRecord)) throw error;
      this.report({ checkpointId, expected: 'a checkpoint that can be read', found: error.message });
      return;
    }
    const { checkpoint } = stored;
    this.checkSignature(stored, checkpointId);
    const due = (this.last?.checkpoint.id ?? 0n) + 1n;
    if (checkpointId !== due) this.report({ checkpointId, expected: `checkpoint ${due}`, found: `checkpoint ${id}` });
    if (checkpoint.id !== checkpointId || checkpoint.root !== root || encodeCheckpoint(checkpoint) !== body) {
      const found = `number ${id}, root ${root}`;
      this.report({ checkpointId, expected: `number ${checkpoint.id}, root ${checkpoint.root}, canonical`, found });
    }
    const previous = this.last === undefined ? NO_CHECKPOINT : hex(checkpointHash(this.digest, this.last.body));
    if (checkpoint.previous !== previous) {
      this.report({ checkpointId, expected: `the one before has the hash ${checkpoint.previous}`, found: previous });
    }
    this.checkpoints.set(checkpointId, stored);
    this.changes.set(checkpointId, new HeadChain(this.digest));
    this.last = stored;
  }

  /** In the order of checkpoints. */
  takeCompany(row: CompanyRow): void {
    const checkpointId = BigInt(row.checkpointId);
    this.foldCompaniesUpTo(checkpointId);
    const computed = hex(companyRoot(this.digest, bucketRootsIn(row.buckets)));
    if (computed !== hex(row.root)) {
      const { companyId } = row;
      this.report({
        checkpointId,
        companyId,
        expected: `the root ${hex(row.root)}`,
        found: `buckets that give ${computed}`,
      });
    }
    this.companies.set(row.companyId, { root: row.root, streams: BigInt(row.streams), events: BigInt(row.events) });
  }

  /** In the order of checkpoints, companies, buckets and wallets. */
  takeHead(checkpointId: bigint, bucket: number, head: SealedHead): void {
    if (Number.parseInt(head.walletId.slice(-2), 16) !== bucket) {
      const { companyId, walletId } = head;
      this.report({ checkpointId, companyId, walletId, expected: 'the bucket of its id', found: `bucket ${bucket}` });
    }
    this.changes.get(checkpointId)?.add(head);
  }

  /** Everything has been taken. */
  end(): void {
    this.foldCompaniesUpTo((this.last?.checkpoint.id ?? 0n) + 1n);
    for (const [checkpointId, { checkpoint }] of this.checkpoints) {
      const changes = this.changes.get(checkpointId) as HeadChain;
      const found = `${changes.count} heads with the hash ${hex(changes.hash())}`;
      const expected = `${checkpoint.changedStreams} heads with the hash ${checkpoint.changes}`;
      if (found !== expected) this.report({ checkpointId, expected, found });
    }
  }

  /** Before anything of `checkpointId` changes a company, the roots of the checkpoints before it are due. */
  private foldCompaniesUpTo(checkpointId: bigint): void {
    const from = this.companiesUpTo ?? [...this.checkpoints.keys()][0];
    for (let id = from ?? checkpointId; id < checkpointId; id++) {
      const stored = this.checkpoints.get(id);
      if (stored !== undefined) this.checkRoot(stored);
    }
    this.companiesUpTo = checkpointId;
  }

  private checkRoot({ checkpoint }: StoredCheckpoint): void {
    const seals = [...this.companies].sort(([a], [b]) => a - b).map(([, seal]) => seal);
    const root = hex(
      ledgerRoot(
        this.digest,
        seals.map((seal) => seal.root),
      ),
    );
    const streams = seals.reduce((sum, seal) => sum + seal.streams, 0n);
    const events = seals.reduce((sum, seal) => sum + seal.events, 0n);
    const found = `root ${root} over ${seals.length} companies, ${streams} streams, ${events} events`;
    const { companies, ...signed } = checkpoint;
    const expected = `root ${signed.root} over ${companies} companies, ${signed.streams} streams, ${signed.events} events`;
    if (found !== expected) this.report({ checkpointId: checkpoint.id, expected, found });
  }

  private checkSignature(stored: StoredCheckpoint, checkpointId = stored.checkpoint.id): void {
    const { body, signature, publicKey, checkpoint } = stored;
    const isKey = publicKey.length === 32;
    const key = isKey ? PublicKey.fromBytes(Buffer.from(publicKey)) : undefined;
    if (key?.id !== checkpoint.keyId || !key.verifies(body, signature)) {
      this.report({
        checkpointId,
        expected: `a signature by the key ${checkpoint.keyId}`,
        found: 'none that is valid',
      });
    } else if (this.options.trustedKeyIds?.has(key.id) === false) {
      this.report({ checkpointId, expected: 'a signature by a key that is trusted', found: `one by ${key.id}` });
    }
  }
}
