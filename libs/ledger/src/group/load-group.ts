import { instant, redemptionOf, type Instant, type Redemption, type StreamHead } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import { column } from '../columns.js';
import { broughtCodes, codeColumns, codeLockKeyOf, CodeOwners, READ_CODE_OWNERS } from './code-owners.js';
import type { DecodedRedemptions } from '../decoded-redemptions.js';
import { inOneWrite } from './in-one-write.js';
import { keyIdOf, type PendingCommand } from './pending-command.js';
import { WRITE_GATE } from './write-gate.js';

/** Takes every wallet's lock that is free and names those that are not. First statement: it takes no transaction id. */
const TRY_LOCKS = `
  SELECT k FROM pg_advisory_xact_lock_shared(${WRITE_GATE}), unnest(string_to_array($1, E'\\n')::bigint[]) k
  WHERE NOT pg_try_advisory_xact_lock(k)`;

/** Waits for the locks, in the order given, for wallets that were missed too often. */
const WAIT_FOR_LOCKS = `
  SELECT count(pg_advisory_xact_lock(k))
  FROM pg_advisory_xact_lock_shared(${WRITE_GATE}), unnest(string_to_array($1, E'\\n')::bigint[]) k`;

/** Claims keys in sorted order, so that two groups that want the same two can't wait for each other. Waits for a claim of
 * another group until that commits. Plan: insert by primary key. */
const CLAIM_KEYS = `
  INSERT INTO command_key (company_id, scope, key_digest, command_digest, command_id, wallet_id, redemption_id)
  SELECT * FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n'), string_to_array($3, E'\\n'),
    string_to_array($4, E'\\n'), string_to_array($5, E'\\n')::uuid[], string_to_array($6, E'\\n')::uuid[],
    string_to_array($7, E'\\n', '')::uuid[])
  ON CONFLICT DO NOTHING
  RETURNING company_id || E'\\n' || scope || E'\\n' || key_digest`;

/** The owners of keys that were not won. Plan: nested loop over the primary key. */
const READ_KEYS = `
  SELECT k.company_id || E'\\n' || k.scope || E'\\n' || k.key_digest, k.command_digest, k.command_id, k.wallet_id,
         k.redemption_id, k.version
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n'), string_to_array($3, E'\\n')) q(c, s, d)
  JOIN command_key k ON k.company_id = q.c AND k.scope = q.s AND k.key_digest = q.d`;

/** The folds of the group's wallets, and the group's time. Plan: nested loop over the primary key. */
export const READ_WALLETS = `
  SELECT w.company_id, w.id, w.version, w.head_hash, w.available, w.reserved, w.burned, w.expired, w.earned,
         w.adjusted_up, w.adjusted_down, w.earn_reversed,
         (extract(epoch FROM w.last_occurred_at) * 1000000)::bigint, (extract(epoch FROM w.last_entry_at) * 1000000)::bigint,
         (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, w)
  JOIN wallet w ON w.company_id = q.c AND w.id = q.w`;

/** The folds of the redemptions that commands name. Plan: nested loop over the primary key. */
export const READ_REDEMPTIONS = `
  SELECT r.company_id, r.wallet_id, r.id, r.state
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, r)
  JOIN redemption r ON r.company_id = q.c AND r.id = q.r`;

/** Who owns a key that was not won. */
export interface KeyOwner {
  readonly commandDigest: string;
  readonly commandId: string;
  readonly walletId: string;
  readonly redemptionId: string | undefined;
  readonly version: bigint | undefined;
}

/** What a group knows before it decides. */
export interface LoadedGroup {
  /** Streams whose lock, or that of a code they bring, another group holds: their commands go back to the head of the lane. */
  readonly missedStreams: ReadonlySet<string>;
  /** Keys claimed in this transaction, by key id. */
  readonly claimed: ReadonlySet<string>;
  readonly owners: ReadonlyMap<string, KeyOwner>;
  readonly heads: Map<string, StreamHead>;
  /** By stream id and redemption id. */
  readonly redemptions: Map<string, Redemption>;
  readonly codeOwners: CodeOwners;
  readonly now: Instant;
}

/** A redemption is looked up with its stream, so that another wallet's id is as good as one that does not exist. */
export function redemptionKey(streamId: string, redemptionId: string): string {
  return `${streamId}\n${redemptionId}`;
}

export interface LoadingDeps {
  readonly prepare: Prepare;
  readonly decoded: DecodedRedemptions;
}

/**
 * Begins the group's transaction, locks, claims and reads, all in one round trip: the connection pipelines. State is read by
 * statements of their own after the lock statement, so that they see what the locks' last holders committed.
 */
export async function loadGroup(
  client: pg.PoolClient,
  { prepare, decoded }: LoadingDeps,
  group: readonly PendingCommand[],
  waitForLocks: boolean,
): Promise<LoadedGroup> {
  const run = (name: string, text: string, values: unknown[]): Promise<unknown[][]> =>
    client.query<unknown[]>({ ...prepare(name, text, values), rowMode: 'array' }).then((result) => result.rows);
  const codes = broughtCodes(group);
  const wanted = [...group.map((command) => lockKeyOf(command.walletId)), ...codes.map(codeLockKeyOf)];
  const locks = [...new Set(wanted)].sort();
  const keyed = firstOfEachKey(group);
  const named = group.filter((command) => readsRedemption(command));

  const wallets = [...new Map(group.map((command) => [command.streamId, command])).values()];
  const [, missed, won, walletRows, redemptionRows, ownerRows] = await inOneWrite(client, () =>
    Promise.all([
      client.query('BEGIN'),
      run(waitForLocks ? 'lw' : 'lt', waitForLocks ? WAIT_FOR_LOCKS : TRY_LOCKS, [locks.join('\n')]),
      keyed.length === 0 ? [] : run('ck', CLAIM_KEYS, claimColumns(keyed)),
      run('rw', READ_WALLETS, [column(wallets, companyOf), column(wallets, (c) => c.walletId)]),
      named.length === 0
        ? []
        : run('rr', READ_REDEMPTIONS, [column(named, companyOf), column(named, (c) => redemptionOf(c.command))]),
      codes.length === 0 ? [] : run('ro', READ_CODE_OWNERS, codeColumns(codes)),
    ]),
  );
  const claimed = new Set(won.map(([id]) => id as string));
  const lost = keyed.filter((command) => !claimed.has(keyIdOf(command) as string));
  const owners =
    lost.length === 0 ? new Map<string, KeyOwner>() : readOwners(await run('rk', READ_KEYS, ownerColumns(lost)));
  const missedLocks = new Set(waitForLocks ? [] : missed.map(([key]) => key as string));
  const missedCodes = codes.filter((code) => missedLocks.has(codeLockKeyOf(code))).map(({ command }) => command);
  const missedWallets = group.filter((command) => missedLocks.has(lockKeyOf(command.walletId)));
  return {
    missedStreams: new Set([...missedWallets, ...missedCodes].map((command) => command.streamId)),
    claimed,
    owners,
    heads: new Map(walletRows.map((row) => [streamIdOf(row), headOf(row)])),
    redemptions: new Map(
      redemptionRows.map((row) => {
        const id = row[2] as string;
        return [redemptionKey(streamIdOf(row), id), decoded.decodeOrTake(id, row[3] as string)];
      }),
    ),
    codeOwners: new CodeOwners(ownerRows),
    now: instant(Number(walletRows[0]?.[14] ?? 0)),
  };
}

/** Rows of wallets and redemptions begin with the company and the wallet. */
function streamIdOf([companyId, walletId]: readonly unknown[]): string {
  return `${companyId as number}:${walletId as string}`;
}

/** 64 bits of a random UUID. Two wallets that share them only wait for each other needlessly. */
function lockKeyOf(walletId: string): string {
  return BigInt.asIntN(
    64,
    BigInt(`0x${walletId.slice(0, 8)}${walletId.slice(9, 13)}${walletId.slice(14, 18)}`),
  ).toString();
}

function readsRedemption({ command }: PendingCommand): boolean {
  return redemptionOf(command) !== undefined && command.type !== 'RequestRedemption';
}

function firstOfEachKey(group: readonly PendingCommand[]): readonly PendingCommand[] {
  const first = new Map<string, PendingCommand>();
  for (const command of group) {
    const id = keyIdOf(command);
    if (id !== undefined && !first.has(id)) first.set(id, command);
  }
  return [...first.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, command]) => command);
}

function companyOf(command: PendingCommand): number {
  return command.companyId;
}

function claimColumns(keyed: readonly PendingCommand[]): string[] {
  return [
    ...ownerColumns(keyed),
    column(keyed, (c) => c.key?.commandDigest),
    column(keyed, (c) => c.commandId),
    column(keyed, (c) => c.walletId),
    column(keyed, (c) => redemptionOf(c.command)),
  ];
}

function ownerColumns(keyed: readonly PendingCommand[]): string[] {
  return [column(keyed, companyOf), column(keyed, (c) => c.key?.scope), column(keyed, (c) => c.key?.keyDigest)];
}

function readOwners(rows: readonly unknown[][]): Map<string, KeyOwner> {
  return new Map(
    rows.map((row) => {
      const [id, commandDigest, commandId, walletId, redemptionId, version] = row as (string | null)[] as [
        string,
        ...string[],
      ];
      const owner = { commandDigest, commandId, walletId, redemptionId: redemptionId ?? undefined } as KeyOwner;
      return [id, { ...owner, version: version == null ? undefined : BigInt(version) }];
    }),
  );
}

/** Of a row of `READ_WALLETS`. */
export function headOf(row: readonly unknown[]): StreamHead {
  const points = (index: number): bigint => BigInt(row[index] as string);
  const time = (index: number): Instant | undefined => (row[index] === null ? undefined : instant(Number(row[index])));
  return {
    hash: row[3] as Uint8Array,
    wallet: {
      version: points(2),
      available: points(4),
      reserved: points(5),
      burned: points(6),
      expired: points(7),
      earned: points(8),
      adjustedUp: points(9),
      adjustedDown: points(10),
      earnReversed: points(11),
      lastOccurredAt: time(12),
      lastEntryAt: time(13),
    },
  };
}
