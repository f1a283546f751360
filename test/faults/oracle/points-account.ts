import type { StoredEvent, WalletRow } from './evidence.js';

type Movement = readonly [available: bigint, reserved: bigint, burned: bigint];

/**
 * What each event does to a wallet's points, by the table of the design and by no code of the engine. Events that are absent move none.
 */
const MOVEMENTS: Readonly<Record<string, (data: Readonly<Record<string, unknown>>) => Movement>> = {
  PointsEarned: (data) => [big(data['points']), 0n, 0n],
  PointsAdjusted: (data) => [big(data['pointsDelta']), 0n, 0n],
  PointsExpired: (data) => [-big(data['points']), 0n, 0n],
  EarnReversed: (data) => [-big(data['points']), 0n, 0n],
  PointsReserved: (data) => [-big(data['points']), big(data['points']), 0n],
  RedemptionCommitted: (data) => [big(data['held']) - big(data['points']), -big(data['held']), big(data['points'])],
  RedemptionReleased: (data) => [big(data['points']), -big(data['points']), 0n],
  RedemptionReversed: (data) => [big(data['points']), 0n, -big(data['points'])],
};

/** Follows every wallet's points event by event: none made, none lost, none below zero, and the wallet's row says the same. */
export function judgePoints(events: readonly StoredEvent[], rows: readonly WalletRow[]): readonly string[] {
  const findings: string[] = [];
  const wallets = new Map<string, { version: bigint; points: Movement }>();
  for (const event of events) {
    const before = wallets.get(event.walletId) ?? { version: 0n, points: [0n, 0n, 0n] as const };
    const moved = MOVEMENTS[event.type]?.(event.data) ?? [0n, 0n, 0n];
    const points = before.points.map((value, i) => value + (moved[i] as bigint)) as unknown as Movement;
    wallets.set(event.walletId, { version: before.version + 1n, points });
    const where = `wallet ${event.walletId} version ${event.version} (${event.type})`;
    if (big(event.version) !== before.version + 1n) findings.push(`${where}: a version is missing before it`);
    if (points.some((value) => value < 0n)) findings.push(`${where}: points below zero`);
    const { available, reserved, burned } = event.balances;
    if (!same(points, { available, reserved, burned })) findings.push(`${where}: points were made or lost`);
  }
  for (const row of rows) {
    const points = wallets.get(row.id)?.points ?? [0n, 0n, 0n];
    if (!same(points, row)) findings.push(`wallet ${row.id}: its row is not what its events add up to`);
  }
  return findings;
}

function same(points: Movement, said: Omit<WalletRow, 'id'>): boolean {
  return points[0] === big(said.available) && points[1] === big(said.reserved) && points[2] === big(said.burned);
}

export function big(value: unknown): bigint {
  return BigInt(value as string);
}
