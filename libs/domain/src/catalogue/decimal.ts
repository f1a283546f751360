/**
 * An exact decimal of at most four places, as a whole number of ten-thousandths: `12.5` is `125000n`. Money, percentages and rates
 * of the catalogue are these; no floating point ever touches them.
 */
export type Decimal = bigint;

export const DECIMAL_PLACES = 4;
export const DECIMAL_UNIT: Decimal = 10n ** BigInt(DECIMAL_PLACES);
/** Below 10^11, so that every decimal is exact as a JSON number of 15 digits too, where a dialect wants one. */
export const DECIMAL_MAX: Decimal = 10n ** 11n * DECIMAL_UNIT - 1n;

const PATTERN = /^(0|[1-9]\d{0,10})(?:\.(\d{1,4}))?$/;

/** Reads `0` … `99999999999.9999`, with a point and no sign, exponent or spaces; `undefined` for any other text. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, whole = '0', fraction = ''] = match;
  return BigInt(whole) * DECIMAL_UNIT + BigInt(fraction.padEnd(DECIMAL_PLACES, '0'));
}

/** The shortest text that reads back as the same decimal. */
export function formatDecimal(value: Decimal): string {
  const fraction = String(value % DECIMAL_UNIT)
    .padStart(DECIMAL_PLACES, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${value / DECIMAL_UNIT}` : `${value / DECIMAL_UNIT}.${fraction}`;
}

export const roundings = ['down', 'half_up', 'up'] as const;
export type Rounding = (typeof roundings)[number];

/** A quotient of whole numbers, neither negative, rounded as said; `half_up` takes exactly one half up. */
export function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n || rounding === 'down') return quotient;
  return rounding === 'up' || rest * 2n >= divisor ? quotient + 1n : quotient;
}
