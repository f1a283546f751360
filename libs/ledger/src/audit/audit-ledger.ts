import type { Finding } from '#domain';
import { availableParallelism } from 'node:os';
import type pg from 'pg';
import { EVERY_COMPANY, type StreamRange } from '../feed/stream-reader.js';
import { FINDINGS_KEPT, type AuditedPart } from './audit-part.js';
import { checkCounters } from './counter-audit.js';
import { checkProviderKeys } from './provider-keys.js';
import { ledgerExtent } from './replay-ledger.js';
import { runParts } from './run-parts.js';
import { exportSnapshot, inSnapshot, type AuditDatabase } from './snapshot.js';
import { splitWallets } from './split-wallets.js';

export interface AuditProgress {
  readonly events: number;
  /** As many as the wallets' rows speak of; a tampered row may speak of others. */
  readonly eventsExpected: number;
}

export interface AuditLedgerOptions {
  readonly database: AuditDatabase;
  readonly companyId?: number | undefined;
  /** Only streams written to by this transaction or a later one, each from its first version on. */
  readonly writtenSince?: string | undefined;
  /** Unless told: one for a small ledger, else as many as the machine has processors, four at most. */
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

/** Below this a thread takes longer to start than its part takes to read. */
const THREADS_FROM_EVENTS = 200_000;
const THREADS_MAX = 4;

/**
 * Replays the whole ledger, or one company's, as it is at one moment while requests go on, and reports whatever is not as it
 * ought to be. Memory is bounded by the greatest single stream.
 */
export async function auditLedger(options: AuditLedgerOptions): Promise<AuditReport> {
  const { database, companyId, writtenSince, onProgress } = options;
  const companies = companyId === undefined ? EVERY_COMPANY : ([companyId, companyId] as const);
  return inSnapshot(database, 1, undefined, async ([client]) => {
    if (client === undefined) throw new TypeError('An audit needs its connection.');
    const snapshotId = await exportSnapshot(client);
    const { events: eventsExpected } = await ledgerExtent(client, companies);
    const threads = options.threads ?? threadsFor(eventsExpected);
    const parts = splitWallets(threads).map((wallets) => ({ snapshotId, range: { companies, wallets, writtenSince } }));
    const audited = await runParts(database, parts, ({ events }) => onProgress?.({ events, eventsExpected }));
    return conclude(client, audited, writtenSince === undefined ? companies : undefined);
  });
}

/** @param companies whose streams were all read; undefined where only some were. */
async function conclude(
  client: pg.ClientBase,
  parts: readonly AuditedPart[],
  companies: StreamRange['companies'] | undefined,
): Promise<AuditReport> {
  const findings = parts.flatMap((part) => part.findings);
  let findingsTotal = sum(parts.map((part) => part.findingsTotal));
  const foreignKeys = parts.flatMap((part) => part.foreignKeys);
  const report = (finding: Finding): void => {
    findingsTotal += 1;
    findings.push(finding);
  };
  await checkProviderKeys(client, foreignKeys, report);
  if (companies !== undefined) {
    const taken = parts.map(({ countersTaken }) => countersTaken);
    await checkCounters(client, companies, taken, report);
  }
  return {
    events: sum(parts.map(({ events }) => events)),
    streams: sum(parts.map(({ streams }) => streams)),
    findingsTotal,
    findings: findings.sort(byPlace).slice(0, FINDINGS_KEPT),
  };
}

function threadsFor(events: number): number {
  return events < THREADS_FROM_EVENTS ? 1 : Math.min(availableParallelism(), THREADS_MAX);
}

function byPlace(a: Finding, b: Finding): number {
  if (a.companyId !== b.companyId) return a.companyId - b.companyId;
  if (a.walletId !== b.walletId) return a.walletId < b.walletId ? -1 : 1;
  return Number(a.version ?? 0) - Number(b.version ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
