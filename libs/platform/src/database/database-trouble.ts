/**
 * Codes under which the database's absence shows. SQLSTATE classes 08 (connection), 40 (rolled back), 53 (resources), 57 (stopped
 * or timed out) and 55P03 (lock not available); the system's names for a connection that cannot be made; Prisma's P1xxx, P2024
 * (no connection in time), P2028 and P2034 (transaction).
 */
const TROUBLE =
  /^(?:(?:08|40|53|57)[0-9A-Z]{3}|55P03|25P0[34]|E(?:CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)|P1\d{3}|P2024|P2028|P2034)$/;
/** What Prisma's adapter calls a connection's failures, where it names no code. */
const KINDS: ReadonlySet<unknown> = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionWriteConflict',
]);
const CAUSES_MAX = 4;

/** Whether an error says that the database is away or too busy, which passes, and not that the program is wrong. */
export function isDatabaseTrouble(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < CAUSES_MAX && typeof current === 'object' && current !== null; depth++) {
    if ('code' in current && typeof current.code === 'string' && TROUBLE.test(current.code)) return true;
    if ('kind' in current && KINDS.has(current.kind)) return true;
    current = causeOf(current);
  }
  return false;
}

/** Prisma keeps its adapter's error, and PostgreSQL's code with it, beside its own code: P2039, or P2010 of a raw query. */
function causeOf(error: object): unknown {
  if ('cause' in error && error.cause !== undefined) return error.cause;
  const meta = 'meta' in error ? error.meta : undefined;
  return typeof meta === 'object' && meta !== null && 'driverAdapterError' in meta
    ? meta.driverAdapterError
    : undefined;
}
