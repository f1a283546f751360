import type { ExpirationPreset } from '../event/event-schemas.js';

const DAY_SECONDS = 86_400n;

/** The longest a hold may last: ten years. Points that are held for a voucher without expiry come back after that at the latest. */
export const HOLD_SECONDS_MAX = 10n * 366n * DAY_SECONDS;

/** How long vouchers of an option last; undefined: they don't expire. */
export const presetSeconds: Readonly<Record<ExpirationPreset, bigint | undefined>> = {
  NO_EXPIRATION: undefined,
  SEVEN_DAYS: 7n * DAY_SECONDS,
  THIRTY_DAYS: 30n * DAY_SECONDS,
  NINETY_DAYS: 90n * DAY_SECONDS,
  ONE_YEAR: 365n * DAY_SECONDS,
};

/** How long points are held for a voucher of this expiration while an order is waited for. */
export function holdSecondsOf(preset: ExpirationPreset): bigint {
  return presetSeconds[preset] ?? HOLD_SECONDS_MAX;
}
