/** Points: a non-negative whole number that fits a signed 64-bit column. `bigint` in code, a decimal string in JSON. */
export type Points = bigint;

/** The greatest amount any balance or counter may hold: 2^63 − 1, PostgreSQL's `bigint`. */
export const POINTS_MAX: Points = 2n ** 63n - 1n;

/** Whether `value` may be held by a balance: 0 … 2^63 − 1. */
export function isPoints(value: bigint): boolean {
  return value >= 0n && value <= POINTS_MAX;
}

export function minPoints(a: Points, b: Points): Points {
  return a < b ? a : b;
}
