import { encodeRedemption, formatInstant, isSettled } from '#domain';
import { column } from '../columns.js';
import { isNewlyCoded, isNewlyFlagged, isNoLongerFlagged } from '../projections/redemption-projections.js';
import type { ChangedRedemption } from './decide-group.js';
import type { Send } from './send.js';

const INSERT_REDEMPTIONS = `
  INSERT INTO redemption (company_id, id, wallet_id, status, reward_option_id, points_committed, points_reversed,
                          requested_at, first_version, last_entry_version, state, settled)
  SELECT c, r, w, s, o, p, b, t, f, e, j, d
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::uuid[],
    string_to_array($4, E'\\n'), $5::text[], string_to_array($6, E'\\n')::bigint[], string_to_array($7, E'\\n')::bigint[],
    string_to_array($8, E'\\n')::timestamptz[], string_to_array($9, E'\\n')::bigint[],
    string_to_array($10, E'\\n', '')::bigint[], string_to_array($11, E'\\n'), string_to_array($12, E'\\n')::boolean[])
    q(c, r, w, s, o, p, b, t, f, e, j, d)`;

/** Touches no indexed column, so that the new row stays on its page. Plan: nested loop over the primary key. */
const UPDATE_REDEMPTIONS = `
  UPDATE redemption SET status = s, points_committed = p, points_reversed = b, last_entry_version = e, state = j, settled = d
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n'),
    string_to_array($4, E'\\n')::bigint[], string_to_array($5, E'\\n')::bigint[],
    string_to_array($6, E'\\n', '')::bigint[], string_to_array($7, E'\\n'), string_to_array($8, E'\\n')::boolean[])
    q(c, r, s, p, b, e, j, d)
  WHERE company_id = c AND id = r`;

const INSERT_CODES = `
  INSERT INTO voucher_code (company_id, digest, redemption_id)
  SELECT * FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n'), string_to_array($3, E'\\n')::uuid[])
  ON CONFLICT DO NOTHING`;

/** Where a dialect calls redemptions by integers. Plan: inserts by primary key. */
const INSERT_DIALECT_IDS = `
  INSERT INTO dialect_redemption (company_id, dialect, dialect_id, redemption_id)
  SELECT c, d, i, r
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], $3::text[],
    string_to_array($4, E'\\n')::int[]) q(c, r, d, i)`;

const INSERT_FLAGGED = `
  INSERT INTO flagged_redemption (company_id, redemption_id, flagged_at)
  SELECT * FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::timestamptz[])
  ON CONFLICT DO NOTHING`;

const DELETE_FLAGGED = `
  DELETE FROM flagged_redemption f
  USING unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, r)
  WHERE f.company_id = c AND f.redemption_id = r`;

/** The inline projections of the redemptions a group has changed. */
export function appendRedemptions(send: Send, changed: readonly ChangedRedemption[]): void {
  const opened = changed.filter(({ before }) => before === undefined);
  const evolved = changed.filter(({ before }) => before !== undefined);
  if (opened.length > 0) {
    send('ir', INSERT_REDEMPTIONS, [
      ...ids(opened),
      column(opened, ({ walletId }) => walletId),
      column(opened, ({ after }) => after.status),
      opened.map(({ after }) => after.rewardOptionId),
      ...amounts(opened),
      column(opened, ({ after }) => formatInstant(after.requestedAt)),
      column(opened, ({ after }) => after.firstVersion),
      column(opened, ({ after }) => after.lastEntryVersion),
      column(opened, ({ after }) => encodeRedemption(after)),
      column(opened, ({ after }) => String(isSettled(after))),
    ]);
    appendDialectIds(send, opened);
  }
  if (evolved.length > 0) {
    send('ur', UPDATE_REDEMPTIONS, [
      ...ids(evolved),
      column(evolved, ({ after }) => after.status),
      ...amounts(evolved),
      column(evolved, ({ after }) => after.lastEntryVersion),
      column(evolved, ({ after }) => encodeRedemption(after)),
      column(evolved, ({ after }) => String(isSettled(after))),
    ]);
  }
  const coded = changed.filter(isNewlyCoded);
  if (coded.length > 0) {
    const digests = column(coded, ({ after }) => after.voucher.code?.digest);
    const [companies, redemptions] = ids(coded);
    send('ic', INSERT_CODES, [companies, digests, redemptions]);
  }
  appendFlags(send, changed);
}

function appendDialectIds(send: Send, opened: readonly ChangedRedemption[]): void {
  const numbered = opened.filter(({ after }) => after.dialectId !== undefined);
  if (numbered.length === 0) return;
  send('id', INSERT_DIALECT_IDS, [
    ...ids(numbered),
    numbered.map(({ after }) => after.dialect),
    column(numbered, ({ after }) => after.dialectId),
  ]);
}

function appendFlags(send: Send, changed: readonly ChangedRedemption[]): void {
  const flagged = changed.filter(isNewlyFlagged);
  const resolved = changed.filter(isNoLongerFlagged);
  if (flagged.length > 0) {
    send('if', INSERT_FLAGGED, [...ids(flagged), column(flagged, ({ after }) => formatInstant(after.updatedAt))]);
  }
  if (resolved.length > 0) send('df', DELETE_FLAGGED, ids(resolved));
}

function ids(rows: readonly ChangedRedemption[]): [string, string] {
  return [column(rows, ({ companyId }) => companyId), column(rows, ({ after }) => after.id)];
}

function amounts(rows: readonly ChangedRedemption[]): [string, string] {
  return [column(rows, ({ after }) => after.committed), column(rows, ({ after }) => after.reversed)];
}
