import type pg from 'pg';

import { isFinished } from '#domain';

import { Answers } from './answers.js';
import { auditRedemptions, auditWallet } from './audit-projections.js';
import { auditStream } from './audit-stream.js';
import type { Expect, Finding } from './finding.js';
import { countRowsWithoutWallet, ledgerRows } from './ledger-rows.js';
import type { SettledAnswer } from '../scenario/scenario.js';

/** More say nothing new. */
const FINDINGS_KEPT = 20;

export interface AuditOrder {
  /** What callers were told: the load generator's file, or the answers themselves. */
  readonly answers: string | Iterable<SettledAnswer>;
  /** What each customer has been given, all of it acknowledged. Absent: not known. */
  readonly earned?: bigint;
}

export interface AuditReport {
  readonly wallets: number;
  readonly events: number;
  readonly redemptions: number;
  /** Answers of 200 that were looked up. */
  readonly answers: number;
  readonly findingsTotal: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
}

/**
 * Replays everything stored and compares it with itself, with the tables folded from it and with what callers were told. Written apart
 * from the engine: of the engine's code it uses the fold and the bytes of an event. To be run when nothing writes any more.
 */
export async function auditLedger(client: pg.ClientBase, order: AuditOrder): Promise<AuditReport> {
  const findings: Finding[] = [];
  let findingsTotal = 0;
  const expect: Expect = (isSo, invariant, where, detail) => {
    if (isSo) return;
    findingsTotal += 1;
    if (findings.length < FINDINGS_KEPT) findings.push({ invariant, where, detail: detail?.() ?? '' });
  };
  const answers =
    typeof order.answers === 'string' ? await Answers.read(order.answers, expect) : Answers.of(order.answers, expect);
  const counts = { wallets: 0, events: 0, redemptions: 0 };
  for await (const { wallet, events, redemptions } of ledgerRows(client)) {
    const where = `wallet ${wallet.id}`;
    counts.wallets += 1;
    counts.events += events.length;
    expect(events.length > 0, 'each wallet row has its stream', where);
    const stream = auditStream(events, expect);
    if (stream === undefined) continue;
    auditWallet(wallet, stream, expect);
    auditRedemptions(redemptions, wallet.id, stream.redemptions, expect);
    if (order.earned !== undefined) {
      expect(stream.wallet.earned === order.earned, 'each acknowledged earn is in the ledger, once', where);
    }
    for (const redemption of stream.redemptions.values()) {
      counts.redemptions += 1;
      const status = () => redemption.status;
      expect(isFinished(redemption), 'every redemption comes to an end', `redemption ${redemption.id}`, status);
      answers.strikeOff(redemption, wallet.customer_id, expect);
    }
  }
  answers.expectNoneLeft(expect);
  const strays = await countRowsWithoutWallet(client);
  expect(strays.events === 0, 'each stream has its wallet row', 'event', () => `${strays.events} events`);
  expect(strays.redemptions === 0, 'each redemption has its wallet', 'redemption', () => `${strays.redemptions} rows`);
  return { ...counts, answers: answers.count, findingsTotal, findings };
}
