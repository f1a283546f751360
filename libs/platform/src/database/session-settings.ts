/** How long the server lets one of our transactions go on, in milliseconds; 0 means without end. */
export interface TimeLimits {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly transactionMs: number;
  /** How long an open transaction may wait for its next statement: a frozen process must not keep its locks. */
  readonly idleInTransactionMs: number;
}

export const SERVICE_LIMITS: TimeLimits = Object.freeze({
  statementMs: 5_000,
  lockMs: 2_000,
  transactionMs: 10_000,
  idleInTransactionMs: 5_000,
});

/** For a person's command that reads everything, such as an audit. */
export const UNLIMITED: TimeLimits = Object.freeze({
  statementMs: 0,
  lockMs: 10_000,
  transactionMs: 0,
  idleInTransactionMs: 60_000,
});

/** Settings of a PostgreSQL session, by name, as `pg_settings` writes their values: times in milliseconds. */
export type SessionSettings = Readonly<Record<string, string>>;

const BY_INDEX_ONLY = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'] as const;

/**
 * Where every look is by an index one plan suits all values. Left to itself the server plans a look for a single key anew each time, since it
 * takes that for cheaper than the plan it has kept for ten: of an answer's six joins that is milliseconds.
 *
 * Every one of them is named, whatever it is, so that a role's own setting is never heard where a session says otherwise.
 */
export function sessionSettings(limits: TimeLimits, byIndexOnly: boolean): SessionSettings {
  return {
    ...Object.fromEntries(BY_INDEX_ONLY.map((name) => [name, byIndexOnly ? 'off' : 'on'])),
    plan_cache_mode: byIndexOnly ? 'force_generic_plan' : 'auto',
    statement_timeout: `${limits.statementMs}`,
    lock_timeout: `${limits.lockMs}`,
    transaction_timeout: `${limits.transactionMs}`,
    idle_in_transaction_session_timeout: `${limits.idleInTransactionMs}`,
  };
}

/**
 * What every session of API and worker has. Where they reach the database through a pooler, no session is theirs: `migrate` gives these to
 * the role they log in as, and they refuse to start without.
 */
export const SERVICE_SETTINGS: SessionSettings = Object.freeze(sessionSettings(SERVICE_LIMITS, true));

/** As the `options` start-up parameter has them. */
export function startupOptions(settings: SessionSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
