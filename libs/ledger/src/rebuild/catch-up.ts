import { decodeEvent, decodeRedemption, instant, redemptionIdOf, type LedgerEvent, type Redemption } from '#domain';
import type pg from 'pg';
import { column } from '../columns.js';
import { headOf, READ_REDEMPTIONS, READ_WALLETS } from '../group/load-group.js';
import { CopyRows } from '../projections/copy-rows.js';
import type { Projection, StreamChange } from '../projections/projection.js';
import { StreamFold, type FoldedSoFar } from '../projections/stream-fold.js';
import { copyIn } from './copy-in.js';
import { changeOf } from './fold-part.js';
import { SHADOW } from './shadow-tables.js';
import { readCompanies } from './companies.js';
import type { StreamKey } from './stream-key.js';

const STREAMS_A_BATCH = 250;
const EVENTS_A_STREAM = 1_000;

const READ_MARK = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS mark`;

/** Plan: for each company a walk over the end of its feed. */
const READ_CHANGED = `
  SELECT DISTINCT q.c AS "companyId", e.wallet_id AS "walletId"
  FROM unnest($1::int[]) q(c) JOIN event e ON e.company_id = q.c AND e.transaction_id >= $2::xid8
  ORDER BY 1, 2`;

/** Plan: for each company a look at the end of its feed, until there is one. */
const IS_WRITTEN = `
  SELECT EXISTS (
    SELECT FROM unnest($1::int[]) q(c) JOIN event e ON e.company_id = q.c AND e.transaction_id >= $2::xid8) AS written`;

/** Plan: for each stream a walk over the end of its primary key. */
const READ_NEW_EVENTS = `
  SELECT e.company_id, e.wallet_id, e.hash, e.body
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::bigint[])
    q(c, w, v)
  CROSS JOIN LATERAL (
    SELECT company_id, wallet_id, hash, body FROM event
    WHERE company_id = q.c AND wallet_id = q.w AND version > q.v ORDER BY version LIMIT ${EVENTS_A_STREAM}) e`;

/** Whose the streams are, and when those that are folded already were opened. Plan: nested loops over whole keys. */
const READ_ORIGINS = `
  SELECT q.c, q.w, customer.id, (extract(epoch FROM wallet.created_at) * 1000000)::bigint
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, w)
  LEFT JOIN customer ON customer.company_id = q.c AND customer.wallet_id = q.w
  LEFT JOIN wallet ON wallet.company_id = q.c AND wallet.id = q.w`;

/** On the shadow tables first: statements that name no schema find those, and the live ones of what is not folded. */
const SET_PATH = `SELECT set_config('search_path', '${SHADOW}, ' || current_setting('search_path'), false)`;

/** Everything written by transactions from this one on may still become visible; all that is older can be seen. */
export async function readMark(client: pg.ClientBase): Promise<string> {
  return (await client.query<{ mark: string }>(READ_MARK)).rows[0]?.mark as string;
}

/** Whether anybody has written events that may not have been visible at `mark`. */
export async function isWrittenSince(client: pg.ClientBase, mark: string): Promise<boolean> {
  const companies = await readCompanies(client);
  const { rows } = await client.query<{ written: boolean }>(IS_WRITTEN, [companies, mark]);
  return rows[0]?.written === true;
}

/** Brings the shadow tables up to what has been written since, as the group's write path would: from the fold that stands there. */
export class CatchUp {
  private readonly tables;

  private constructor(
    private readonly client: pg.ClientBase,
    projections: readonly Projection[],
  ) {
    this.tables = projections.map((projection) => ({ projection, ...statementsOf(projection) }));
  }

  /** The connection is the catching-up's alone from now on. */
  static async open(client: pg.ClientBase, projections: readonly Projection[]): Promise<CatchUp> {
    await client.query(SET_PATH);
    const catchUp = new CatchUp(client, projections);
    for (const { create } of catchUp.tables) await client.query(create);
    return catchUp;
  }

  /** Streams that have, or may have, events that were not visible at `mark`. */
  async changedSince(mark: string): Promise<readonly StreamKey[]> {
    const companies = await readCompanies(this.client);
    const { rows } = await this.client.query<StreamKey>(READ_CHANGED, [companies, mark]);
    return rows;
  }

  /** Folds what the streams have beyond their shadow rows. @returns how many events that were. */
  async fold(streams: readonly StreamKey[]): Promise<number> {
    let events = 0;
    for (let from = 0; from < streams.length; from += STREAMS_A_BATCH) {
      const batch = streams.slice(from, from + STREAMS_A_BATCH);
      let folded;
      do {
        folded = await this.foldBatch(batch);
        events += folded.events;
        // Not until there is nothing more: while requests go on, there always is.
      } while (folded.isCut);
    }
    return events;
  }

  private async foldBatch(
    streams: readonly StreamKey[],
  ): Promise<{ readonly events: number; readonly isCut: boolean }> {
    const keys = [column(streams, (s) => s.companyId), column(streams, (s) => s.walletId)];
    const heads = new Map((await this.rows(READ_WALLETS, keys)).map((row) => [streamOf(row), headOf(row)]));
    const versions = column(streams, (s) => heads.get(`${s.companyId}:${s.walletId}`)?.wallet.version ?? 0n);
    const found = await this.rows(READ_NEW_EVENTS, [...keys, versions]);
    if (found.length === 0) return { events: 0, isCut: false };
    const stories = storiesOf(found);
    const redemptions = await this.readRedemptions(stories);
    const changes: StreamChange[] = [];
    for (const [companyId, walletId, customerId, openedAt] of await this.rows(READ_ORIGINS, keys)) {
      const id = `${companyId as number}:${walletId as string}`;
      const head = heads.get(id);
      const soFar: FoldedSoFar | undefined = head && {
        head,
        openedAt: instant(Number(openedAt)),
        redemptions: redemptions.get(id) ?? new Map(),
      };
      const fold = new StreamFold(soFar);
      for (const { event, hash } of stories.get(id) ?? []) fold.take(event, hash);
      if (fold.eventCount === 0) continue;
      const origin = {
        companyId: companyId as number,
        walletId: walletId as string,
        customerId: (customerId ?? undefined) as string | undefined,
      };
      const change = changeOf(fold, origin);
      if (change !== undefined) changes.push(change);
    }
    await this.write(changes);
    return { events: found.length, isCut: [...stories.values()].some((story) => story.length === EVENTS_A_STREAM) };
  }

  /** By stream, then by id. */
  private async readRedemptions(
    stories: ReadonlyMap<string, readonly Told[]>,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, Redemption>>> {
    const named = [...stories.values()].flatMap((story) =>
      [...new Set(story.map(({ event }) => redemptionIdOf(event)))].map((id) => ({ id, event: story[0]?.event })),
    );
    const wanted = named.filter(({ id }) => id !== undefined);
    const found = new Map<string, Map<string, Redemption>>();
    if (wanted.length === 0) return found;
    const keys = [column(wanted, ({ event }) => event?.companyId), column(wanted, ({ id }) => id)];
    for (const row of await this.rows(READ_REDEMPTIONS, keys)) {
      const redemption = decodeRedemption(row[3] as string);
      const stream = found.get(streamOf(row)) ?? new Map<string, Redemption>();
      found.set(streamOf(row), stream.set(redemption.id, redemption));
    }
    return found;
  }

  private async write(changes: readonly StreamChange[]): Promise<void> {
    await this.client.query('BEGIN');
    for (const { projection, copy, upsert, copyGone, remove } of this.tables) {
      const gone = new CopyRows();
      for (const change of changes) projection.writeGone(gone, change);
      if (!gone.isEmpty) {
        await copyIn(this.client, copyGone, gone);
        await this.client.query(remove);
      }
      const rows = new CopyRows();
      for (const change of changes) projection.writeRows(rows, change);
      if (!rows.isEmpty) {
        await copyIn(this.client, copy, rows);
        await this.client.query(upsert);
      }
    }
    await this.client.query('COMMIT');
  }

  private async rows(text: string, values: unknown[]): Promise<readonly unknown[][]> {
    return (await this.client.query<unknown[]>({ text, values, rowMode: 'array' })).rows;
  }
}

interface Told {
  readonly event: LedgerEvent;
  readonly hash: Uint8Array;
}

/** Within a stream the rows come in order. */
function storiesOf(rows: readonly unknown[][]): Map<string, Told[]> {
  const stories = new Map<string, Told[]>();
  for (const row of rows) {
    const told = { event: decodeEvent(row[3] as string), hash: row[2] as Uint8Array };
    const story = stories.get(streamOf(row));
    if (story === undefined) stories.set(streamOf(row), [told]);
    else story.push(told);
  }
  return stories;
}

function streamOf([companyId, walletId]: readonly unknown[]): string {
  return `${companyId as number}:${walletId as string}`;
}

/** Rows go to the shadow table through one without constraints, so that those that stand there are replaced or added to. */
function statementsOf({ table, key, columns, sums }: Projection) {
  const names = columns.join(', ');
  const keys = key.join(', ');
  const sets = columns
    .filter((name) => !key.includes(name))
    .map((name) => `${name} = ${sums.includes(name) ? `t.${name} + ` : ''}excluded.${name}`);
  const rows =
    sums.length === 0 ? names : columns.map((name) => (sums.includes(name) ? `sum(${name})` : name)).join(', ');
  const empty = (name: string): string =>
    `CREATE TEMP TABLE ${name} ON COMMIT DELETE ROWS AS SELECT ${names} FROM ${SHADOW}.${table} WITH NO DATA`;
  return {
    create: `${empty(`staged_${table}`)}; ${empty(`gone_${table}`)}`,
    copy: `COPY staged_${table} (${names}) FROM STDIN (FORMAT binary)`,
    upsert: `INSERT INTO ${SHADOW}.${table} AS t (${names})
             SELECT ${rows} FROM staged_${table} ${sums.length === 0 ? '' : `GROUP BY ${keys}`}
             ON CONFLICT (${keys}) ${sets.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${sets.join(', ')}`}`,
    copyGone: `COPY gone_${table} (${names}) FROM STDIN (FORMAT binary)`,
    remove: `DELETE FROM ${SHADOW}.${table} t USING gone_${table} g
             WHERE ${key.map((name) => `t.${name} = g.${name}`).join(' AND ')}`,
  };
}
