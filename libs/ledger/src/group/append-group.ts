import { entryMovementOf, formatInstant, isSettled, redemptionIdOf, type Instant, type RecordedEvent } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import { column, hex } from '../columns.js';
import { owedWork, type OwedWork } from '../saga-work/owed-work.js';
import type { ChangedRedemption, DecidedGroup } from './decide-group.js';
import type { PendingCommand } from './pending-command.js';
import { makeCodeOwnersDue } from './append-owed-looks.js';
import { appendRedemptions } from './append-redemptions.js';
import { inOneWrite } from './in-one-write.js';
import { CommitRefused } from './commit-doubt.js';
import type { Send } from './send.js';
import type { PooledCode, TakenCodes } from './take-pool-codes.js';

const INSERT_EVENTS = `
  INSERT INTO event (company_id, wallet_id, version, event_id, redemption_id, type, occurred_at, body, hash,
                     available_after, reserved_after, burned_after, points_delta)
  SELECT c, w, v, i, r, t, o, b, decode(h, 'hex'), available, reserved, burned, delta
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::bigint[],
    string_to_array($4, E'\\n')::uuid[], string_to_array($5, E'\\n', '')::uuid[], string_to_array($6, E'\\n'),
    string_to_array($7, E'\\n')::timestamptz[], string_to_array($8, E'\\n'), string_to_array($9, E'\\n'),
    string_to_array($10, E'\\n')::bigint[], string_to_array($11, E'\\n')::bigint[], string_to_array($12, E'\\n')::bigint[],
    string_to_array($13, E'\\n', '')::bigint[])
    q(c, w, v, i, r, t, o, b, h, available, reserved, burned, delta)`;

/** The lock and the event's primary key are the fence: where another had written, the events above would not go in. Plan: nested loop over the primary key. */
const UPDATE_WALLETS = `
  UPDATE wallet SET version = v, head_hash = decode(h, 'hex'), available = a, reserved = r, burned = b, expired = x,
                    earned = e, adjusted_up = u, adjusted_down = d, earn_reversed = er, last_occurred_at = o, last_entry_at = n
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::bigint[],
    string_to_array($4, E'\\n'), string_to_array($5, E'\\n')::bigint[], string_to_array($6, E'\\n')::bigint[],
    string_to_array($7, E'\\n')::bigint[], string_to_array($8, E'\\n')::bigint[], string_to_array($9, E'\\n')::bigint[],
    string_to_array($10, E'\\n')::bigint[], string_to_array($11, E'\\n')::bigint[], string_to_array($12, E'\\n')::bigint[],
    string_to_array($13, E'\\n')::timestamptz[], string_to_array($14, E'\\n', '')::timestamptz[])
    q(c, w, v, h, a, r, b, x, e, u, d, er, o, n)
  WHERE company_id = c AND id = w`;

const INSERT_PRIVATE_TEXTS = `
  INSERT INTO private_text (company_id, wallet_id, version, redemption_id, salt, content)
  SELECT c, w, v, r, decode(s, 'hex'), t
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::bigint[],
    string_to_array($4, E'\\n', '')::uuid[], string_to_array($5, E'\\n'), string_to_array($6, E'\\n')) q(c, w, v, r, s, t)`;

/** A key whose command opened a redemption finds everything through that; any other needs its first event. */
const FINISH_KEYS = `
  UPDATE command_key SET version = v
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n'), string_to_array($3, E'\\n'),
    string_to_array($4, E'\\n')::bigint[]) q(c, s, d, v)
  WHERE company_id = c AND scope = s AND key_digest = d`;

const GIVE_UP_KEYS = `
  DELETE FROM command_key k
  USING unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n'), string_to_array($3, E'\\n')) q(c, s, d)
  WHERE k.company_id = c AND k.scope = s AND k.key_digest = d`;

/** Ids are sorted, so that no two writers of these rows can wait for each other. */
const UPSERT_WORK = `
  INSERT INTO saga_work (company_id, redemption_id, wallet_id, queue, due_at)
  SELECT c, r, w, n, d
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::uuid[],
    $4::text[], string_to_array($5, E'\\n')::timestamptz[]) q(c, r, w, n, d)
  ON CONFLICT (company_id, redemption_id) DO UPDATE SET queue = excluded.queue, due_at = excluded.due_at, tries = 0`;

const DELETE_WORK = `
  DELETE FROM saga_work s
  USING unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, r)
  WHERE s.company_id = c AND s.redemption_id = r`;

/** A code is handed out once: it leaves its pool with the event that issues it. */
const DELETE_POOL_CODES = `
  DELETE FROM pool_code p
  USING unnest(string_to_array($1, E'\\n')::int[], $2::text[], string_to_array($3, E'\\n')) q(c, n, d)
  WHERE p.company_id = c AND p.provider = n AND p.digest = d`;

/** What listeners should hear once the group has committed. */
export interface Committed {
  readonly workIsDue: boolean;
  /** Some redemption has come to where its callers want it: nobody waits for less. */
  readonly redemptionsSettled: boolean;
}

/**
 * Writes everything the group decided, a statement for each table, and commits: one round trip. Resolves only when the server
 * has answered COMMIT; any other end, an error among the statements or a lost connection, rejects with its first cause.
 */
export async function appendGroup(
  client: pg.PoolClient,
  prepare: Prepare,
  decided: DecidedGroup,
  taken: TakenCodes,
  now: Instant,
): Promise<Committed> {
  const changed = [...decided.changed.values()].sort((a, b) => (a.after.id < b.after.id ? -1 : 1));
  const sent: Promise<unknown>[] = [];
  const send: Send = (name, text, values) => {
    sent.push(client.query(prepare(name, text, values)));
  };
  const { workIsDue, commit } = inOneWrite(client, () => {
    appendEvents(send, decided);
    updateWallets(send, decided);
    appendRedemptions(send, changed);
    decided.counters.append(send);
    finishKeys(send, decided);
    deleteHandedOut(send, decided, taken);
    const workIsDue = writeWork(send, changed, now);
    const othersAreDue = makeCodeOwnersDue(send, decided, now);
    return { workIsDue: workIsDue || othersAreDue, commit: client.query('COMMIT') };
  });
  // Every answer is waited for, whatever the first says: the connection goes back only when nothing is on the way.
  const results = await Promise.allSettled([...sent, commit]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  if ((await commit).command !== 'COMMIT') throw new CommitRefused('The transaction was rolled back');
  return { workIsDue, redemptionsSettled: changed.some(({ after }) => isSettled(after)) };
}

function appendEvents(send: Send, { written }: DecidedGroup): void {
  const rows = written.flatMap(({ recorded }) => recorded);
  const deltas = new Map(rows.map((row) => [row, entryMovementOf(row.event)?.pointsDelta]));
  const col = (valueOf: (row: RecordedEvent) => string | number | bigint | undefined): string => column(rows, valueOf);
  send('ie', INSERT_EVENTS, [
    col(({ event }) => event.companyId),
    col(({ event }) => event.walletId),
    col(({ event }) => event.version),
    col(({ event }) => event.eventId),
    col(({ event }) => redemptionIdOf(event)),
    col(({ event }) => event.type),
    col(({ event }) => formatInstant(event.occurredAt)),
    col(({ bytes }) => bytes),
    col(({ hash }) => hex(hash)),
    col(({ event }) => event.balances.available),
    col(({ event }) => event.balances.reserved),
    col(({ event }) => event.balances.burned),
    col((row) => deltas.get(row)),
  ]);
  const texts = written.filter(({ command }) => command.private !== undefined);
  if (texts.length === 0) return;
  const first = ({ recorded }: (typeof texts)[number]): RecordedEvent['event'] => (recorded[0] as RecordedEvent).event;
  send('it', INSERT_PRIVATE_TEXTS, [
    column(texts, ({ command }) => command.companyId),
    column(texts, ({ command }) => command.walletId),
    column(texts, (text) => first(text).version),
    column(texts, (text) => redemptionIdOf(first(text))),
    column(texts, ({ command }) => hex((command.private as NonNullable<PendingCommand['private']>).salt)),
    column(texts, ({ command }) => command.private?.content),
  ]);
}

function updateWallets(send: Send, { heads }: DecidedGroup): void {
  const rows = [...heads.values()];
  const time = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : formatInstant(at));
  send('uw', UPDATE_WALLETS, [
    column(rows, ({ command }) => command.companyId),
    column(rows, ({ command }) => command.walletId),
    column(rows, ({ head }) => head.wallet.version),
    column(rows, ({ head }) => hex(head.hash)),
    column(rows, ({ head }) => head.wallet.available),
    column(rows, ({ head }) => head.wallet.reserved),
    column(rows, ({ head }) => head.wallet.burned),
    column(rows, ({ head }) => head.wallet.expired),
    column(rows, ({ head }) => head.wallet.earned),
    column(rows, ({ head }) => head.wallet.adjustedUp),
    column(rows, ({ head }) => head.wallet.adjustedDown),
    column(rows, ({ head }) => head.wallet.earnReversed),
    column(rows, ({ head }) => time(head.wallet.lastOccurredAt)),
    column(rows, ({ head }) => time(head.wallet.lastEntryAt)),
  ]);
}

function finishKeys(send: Send, { written, emptyClaims }: DecidedGroup): void {
  const keyed = written.filter(
    ({ command }) => command.key !== undefined && command.command.type !== 'RequestRedemption',
  );
  if (keyed.length > 0) {
    const versions = column(keyed, ({ recorded }) => recorded[0]?.event.version);
    send('fk', FINISH_KEYS, [...keyColumns(keyed.map(({ command }) => command)), versions]);
  }
  if (emptyClaims.length > 0) send('gk', GIVE_UP_KEYS, keyColumns(emptyClaims));
}

function keyColumns(commands: readonly PendingCommand[]): string[] {
  return [
    column(commands, (c) => c.companyId),
    column(commands, (c) => c.key?.scope),
    column(commands, (c) => c.key?.keyDigest),
  ];
}

function deleteHandedOut(send: Send, { written }: DecidedGroup, { codes }: TakenCodes): void {
  const handedOut: PooledCode[] = [];
  for (const { command, recorded } of written) {
    const code = codes.get(command.commandId);
    if (code !== undefined && recorded.some(({ event }) => event.type === 'VoucherIssued')) handedOut.push(code);
  }
  if (handedOut.length === 0) return;
  send('dp', DELETE_POOL_CODES, [
    column(handedOut, (code) => code.companyId),
    handedOut.map((code) => code.provider),
    column(handedOut, (code) => code.digest),
  ]);
}

/** Returns whether something is due already. */
function writeWork(send: Send, changed: readonly ChangedRedemption[], now: Instant): boolean {
  const due: { readonly change: ChangedRedemption; readonly work: OwedWork & { readonly kind: 'due' } }[] = [];
  const done: ChangedRedemption[] = [];
  for (const change of changed) {
    const work = owedWork(change, now);
    if (work.kind === 'due') due.push({ change, work });
    // What begins and ends in one append was never owed.
    else if (work.kind === 'nothing' && change.before !== undefined) done.push(change);
  }
  if (due.length > 0) {
    send('iw', UPSERT_WORK, [
      column(due, ({ change }) => change.companyId),
      column(due, ({ change }) => change.after.id),
      column(due, ({ change }) => change.walletId),
      due.map(({ work }) => work.queue),
      column(due, ({ work }) => formatInstant(work.at)),
    ]);
  }
  if (done.length > 0) send('dw', DELETE_WORK, [column(done, (d) => d.companyId), column(done, (d) => d.after.id)]);
  return due.some(({ work }) => work.at <= now);
}
