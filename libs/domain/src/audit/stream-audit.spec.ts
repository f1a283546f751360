import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  anyStory,
  bodyOf,
  COMPANY,
  commandsOf,
  forged,
  laterBy,
  redemptionStories,
  rehashed,
  sha256,
  storedRows,
  usedByOrder,
  WALLET,
  WalletHistory,
} from '../../../../test/support/domain/index.js';
import type { LedgerEvent } from '../event/ledger-event.js';
import { instant } from '../instant.js';
import type { Finding } from './finding.js';
import { StreamAudit } from './stream-audit.js';
import type { StoredEvent } from './stored-event.js';

function audited(rows: readonly StoredEvent[]): { readonly audit: StreamAudit; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const options = { companyId: COMPANY, walletId: WALLET, digest: sha256 };
  const audit = new StreamAudit({ ...options, report: (finding) => findings.push(finding) });
  for (const row of rows) audit.take(row);
  return { audit, findings };
}

/** What is found, as "check@version". */
function found(rows: readonly StoredEvent[]): readonly string[] {
  return audited(rows).findings.map(({ check, version }) => `${check}@${version}`);
}

const honest = storedRows(usedByOrder());
const at = (version: number, change: Partial<StoredEvent>): readonly StoredEvent[] =>
  honest.map((row) => (row.version === BigInt(version) ? { ...row, ...change } : row));
const newest = honest.length;
const typeAt = (type: string): number => honest.findIndex((row) => row.type === type) + 1;

describe('The audit of a stream', () => {
  it.each(Object.entries(redemptionStories))('finds nothing in an honest story: %s', (_, story) => {
    const history = story();
    const { audit, findings } = audited(storedRows(history));
    expect(findings).toEqual([]);
    expect(audit.wallet).toStrictEqual(history.state.wallet);
    expect(new Map(audit.redemptions().map((r) => [r.id, r]))).toStrictEqual(history.state.redemptions);
    expect(audit.head).toStrictEqual(history.recorded.at(-1)?.hash);
  });

  it('finds nothing in whatever the rules let happen', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        let history = WalletHistory.empty();
        for (const happening of [
          { ...story[0], what: { kind: 'wallet', command: { type: 'OpenWallet' } } },
          ...story,
        ]) {
          const now = laterBy(history.now, happening.afterMillis ?? 0);
          for (const command of commandsOf(happening as (typeof story)[number], history, now)) {
            const decision = history.decide(command, now);
            if ('events' in decision && decision.events.length > 0) history = history.record(decision.events, now);
          }
        }
        expect(audited(storedRows(history)).findings).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('names where it found something, what ought to be there and what is', () => {
    const version = typeAt('PointsEarned');
    expect(audited(at(version, { availableAfter: 9n })).findings).toEqual([
      {
        check: 'columns',
        companyId: COMPANY,
        walletId: WALLET,
        version: String(version),
        expected: 'available_after 100',
        found: 'available_after 9',
      },
    ]);
  });
});

describe('The audit of a stream finds', () => {
  const changed = (row: StoredEvent): string => row.body.replace('"points":"', '"points":"1');

  it.each<readonly [string, readonly StoredEvent[], readonly string[]]>([
    ['a missing version', honest.filter((_, i) => i !== 2), ['versions@4', 'hash_chain@4']],
    ['a version twice', [...honest.slice(0, 2), honest[1]!, ...honest.slice(2)], ['versions@2']],
    ['bytes that are no event', at(3, bodyOf('gone')), ['hash_chain@3', 'readable@3']],
    ['bytes with a space too many', at(2, bodyOf(`${honest[1]?.body} `)), ['hash_chain@2', 'canonical_bytes@2']],
    ['another hash', at(2, { hash: new Uint8Array(32) }), ['hash_chain@2', 'hash_chain@3']],
    ['a hash that is cut off', at(newest, { hash: new Uint8Array(31) }), [`hash_chain@${newest}`]],
    ['another company', at(2, { companyId: 8 }), ['columns@2']],
    ['another event id', at(2, { eventId: WALLET }), ['columns@2']],
    ['a redemption where there is none', at(2, { redemptionId: WALLET }), ['columns@2']],
    ['another type', at(2, { type: 'PointsExpired' }), ['columns@2']],
    ['a time that is a microsecond off', at(2, { occurredAt: instant(honest[1]!.occurredAt + 1) }), ['columns@2']],
    ['a column without a change of points', at(2, { pointsDelta: undefined }), ['columns@2']],
    ['a position before the last', at(3, { transactionId: 700n, position: 1n }), ['position@3']],
  ])('%s', (_, rows, expected) => {
    expect(found(rows)).toEqual(expect.arrayContaining([...expected]));
  });

  it('changed points in the bytes: the hash, and once the balances', () => {
    const version = typeAt('PointsEarned');
    expect(found(at(version, bodyOf(changed(honest[version - 1]!))))).toEqual([
      `hash_chain@${version}`,
      `columns@${version}`,
      `balances@${version}`,
    ]);
  });

  it('two events that changed places', () => {
    const rows = [...honest];
    [rows[1], rows[2]] = [rows[2]!, rows[1]!];
    expect(found(rows)).toEqual(expect.arrayContaining(['versions@3', 'versions@2', 'hash_chain@3']));
  });
});

describe('The audit of a stream whose hashes were all made to fit finds', () => {
  const forge = (type: string, change: (event: LedgerEvent) => unknown): readonly string[] =>
    found(forged(honest, typeAt(type), (event) => change(event) as LedgerEvent));

  it.each<readonly [string, string, (event: LedgerEvent) => unknown, string]>([
    ['more points earned', 'PointsEarned', (e) => ({ ...e, data: { ...e.data, points: 9_000n } }), 'balances'],
    ['other balances', 'PointsEarned', (e) => ({ ...e, balances: { ...e.balances, available: 7n } }), 'balances'],
    ['time that runs backwards', 'PointsReserved', (e) => ({ ...e, occurredAt: 1 }), 'time'],
    [
      'an order without its id',
      'RedemptionCommitted',
      (e) => ({ ...e, data: { ...e.data, orderId: undefined } }),
      'order',
    ],
    ['a hold of another sum', 'PointsReserved', (e) => ({ ...e, data: { ...e.data, points: 1n } }), 'saga_path'],
    [
      'more committed than held',
      'RedemptionCommitted',
      (e) => ({ ...e, data: { ...e.data, points: 99n } }),
      'saga_path',
    ],
  ])('%s', (_, type, change, check) => {
    expect(forge(type, change)).toContain(`${check}@${typeAt(type)}`);
  });

  it('points below zero, where they begin to be', () => {
    const rows = forged(
      honest,
      typeAt('PointsEarned'),
      (e) => ({ ...e, data: { ...e.data, points: 0n } }) as LedgerEvent,
    );
    expect(found(rows).filter((one) => one.startsWith('non_negative'))).toEqual([
      `non_negative@${typeAt('PointsReserved')}`,
    ]);
  });

  it.each([
    ['a reservation', 'PointsReserved'],
    ['a voucher', 'VoucherIssued'],
    ['a request', 'RedemptionRequested'],
  ])('a commit that comes without %s', (_, type) => {
    const rows = honest.filter((row) => row.type !== type);
    expect(found(rehashed(rows))).toContain(`saga_path@${typeAt('RedemptionCommitted')}`);
  });

  it.each([['RedemptionCommitted'], ['RedemptionRequested'], ['PointsReserved']])('%s twice', (type) => {
    const again = honest[typeAt(type) - 1]!;
    const event = { ...again, version: BigInt(newest + 1) };
    expect(found(rehashed([...honest, event]))).toContain(`saga_path@${newest + 1}`);
  });
});
