/** How long the caller wants to wait for the outcome, and what to tell it about that. */
export interface Wait {
  readonly waitMs: number;
  /** The value of `Preference-Applied`; absent where no preference was given. */
  readonly applied?: string;
}

/** Longer than this no answer is held back, whatever is preferred. */
export const WAIT_SECONDS_MAX = 60;
const WAIT = /^wait\s*=\s*"?(\d{1,9})"?$/;

/**
 * Reads `Prefer` (RFC 7240): `wait=N` seconds, `respond-async` (no wait, unless one is given beside it). Preferences that are not
 * known or not well-formed are ignored, as the RFC demands; of one that stands twice the first counts.
 */
export function waitFrom(prefer: string | string[] | undefined, defaultMs: number): Wait {
  if (prefer === undefined) return { waitMs: defaultMs };
  const preferences = String(prefer)
    .split(',')
    .map((preference) => (preference.split(';')[0] ?? '').trim().toLowerCase());
  const asked = preferences.map((preference) => WAIT.exec(preference)?.[1]).find((seconds) => seconds !== undefined);
  const asynchronous = preferences.includes('respond-async');
  if (asked === undefined) return asynchronous ? { waitMs: 0, applied: 'respond-async' } : { waitMs: defaultMs };
  const seconds = Math.min(Number(asked), WAIT_SECONDS_MAX);
  const applied = asynchronous ? `respond-async, wait=${seconds}` : `wait=${seconds}`;
  return { waitMs: seconds * 1_000, applied };
}
