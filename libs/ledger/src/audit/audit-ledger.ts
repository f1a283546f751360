import type { Finding } from '#domain';
import { availableParallelism } from 'node:os';
import type pg from 'pg';
import { EVERY_COMPANY, type StreamRange } from '../feed/stream-reader.js';
import { partsFor } from '../parted/part-count.js';
import { placesOf } from '../parted/part-places.js';
import { share } from '../parted/share.js';
import type { PutAside } from '../parted/spill-file.js';
import { projectionNames } from '../projections/registry.js';
import type { AuditedPart } from './audit-part.js';
import { readOrders, sourceNames, type AuditScope, type ReadOrder } from './audit-sources.js';
import { LocalAuditor, type Auditor, type AuditPlan } from './auditor.js';
import { checkCounters } from './counter-audit.js';
import { FindingsKept } from './kept-findings.js';
import { checkProviderKeys } from './provider-keys.js';
import { ledgerExtent } from './replay-ledger.js';
import { exportSnapshot, inSnapshot, type AuditDatabase } from './snapshot.js';
import { ThreadAuditor } from './thread-auditor.js';

export interface AuditProgress {
  /** Those that are read count half. */
  readonly events: number;
  /** As many as the wallets' rows speak of; a tampered row may speak of others. */
  readonly eventsExpected: number;
}

export interface AuditLedgerOptions {
  readonly database: AuditDatabase;
  readonly companyId?: number | undefined;
  /** Only streams written to by this transaction or a later one, each from its first version on. */
  readonly writtenSince?: string | undefined;
  /** This one and others. Unless told: one for a small ledger, else as many as the machine has processors, four at most. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined;
}

export interface AuditReport {
  readonly events: number;
  readonly streams: number;
  readonly findingsTotal: number;
  /** The first of them, in the order of company, wallet and version. */
  readonly findings: readonly Finding[];
}

/** Below this a thread takes longer to start than its share takes to read. */
const THREADS_FROM_EVENTS = 200_000;
const THREADS_MAX = 4;

/**
 * Replays the whole ledger, or one company's, as it is at one moment while requests go on, and reports whatever is not as it
 * ought to be. All rows are read once, as they lie, and put aside by stream; then a part of the streams after the other is looked through.
 * Memory is bounded by the greatest single stream.
 *
 * @throws SpillError where there is no room to put rows aside.
 */
export async function auditLedger(options: AuditLedgerOptions): Promise<AuditReport> {
  const { database, companyId, writtenSince, onProgress } = options;
  const companies = companyId === undefined ? EVERY_COMPANY : ([companyId, companyId] as const);
  const scope: AuditScope = { companies, writtenSince };
  return inSnapshot(database, async (client) => {
    await holdProjections(client);
    const snapshotId = await exportSnapshot(client);
    const { events: eventsExpected } = await ledgerExtent(client, companies);
    const { orders, bytes } = await readOrders(client, scope);
    const threads = options.threads ?? threadsFor(eventsExpected);
    const parts = partsFor(bytes, threads);
    const plan: AuditPlan = { snapshotId, scope, parts };
    const audit = new LedgerAudit((events) => onProgress?.({ events, eventsExpected }));
    const auditors = {
      here: new LocalAuditor(database, plan),
      threads: Array.from({ length: threads - 1 }, () => new ThreadAuditor(database, plan)),
    };
    try {
      await audit.run(auditors, orders, parts);
    } finally {
      await Promise.all([auditors.here, ...auditors.threads].map((auditor) => auditor.close()));
    }
    return audit.conclude(client, writtenSince === undefined ? companies : undefined);
  });
}

/** Before the snapshot is taken: a table that a rebuild swapped in after it would be found empty. It waits for the end of an audit. */
async function holdProjections(client: pg.ClientBase): Promise<void> {
  await client.query(`LOCK TABLE ${projectionNames.join(', ')} IN ACCESS SHARE MODE`);
}

interface Auditors {
  readonly here: Auditor;
  readonly threads: readonly Auditor[];
}

class LedgerAudit {
  private events = 0;
  private streams = 0;
  private read = 0;
  private readonly findings = new FindingsKept();
  private readonly foreignKeys: AuditedPart['foreignKeys'][number][] = [];
  private readonly countersTaken: AuditedPart['countersTaken'] = new Map();

  constructor(private readonly onProgress: (events: number) => void) {}

  async run(auditors: Auditors, orders: readonly ReadOrder[], parts: number): Promise<void> {
    const putAside: PutAside[] = [];
    await share(auditors, orders, async (auditor, order, i) => {
      const put = await auditor.read(order);
      putAside[i] = put;
      if (order.source === 'events') this.read += put.rows;
      this.tell();
    });
    const allParts = Array.from({ length: parts }, (_, part) => part);
    await share(auditors, allParts, async (auditor, part) => {
      this.add(await auditor.audit(placesOf(part, sourceNames, orders, putAside)));
      this.tell();
    });
  }

  /** @param companies whose streams were all read; undefined where only some were. */
  async conclude(client: pg.ClientBase, companies: StreamRange['companies'] | undefined): Promise<AuditReport> {
    const { events, streams, findings, foreignKeys, countersTaken } = this;
    const report = (finding: Finding): void => findings.add([finding], 1);
    await checkProviderKeys(client, foreignKeys, report);
    if (companies !== undefined) await checkCounters(client, companies, countersTaken, report);
    return { events, streams, findingsTotal: findings.total, findings: findings.first() };
  }

  private add({ events, streams, findings, findingsTotal, foreignKeys, countersTaken }: AuditedPart): void {
    this.events += events;
    this.streams += streams;
    this.findings.add(findings, findingsTotal);
    this.foreignKeys.push(...foreignKeys);
    for (const [key, taken] of countersTaken) {
      this.countersTaken.set(key, (this.countersTaken.get(key) ?? 0n) + taken);
    }
  }

  private tell(): void {
    this.onProgress(Math.round((this.read + this.events) / 2));
  }
}

function threadsFor(events: number): number {
  return events < THREADS_FROM_EVENTS ? 1 : Math.min(availableParallelism(), THREADS_MAX);
}
