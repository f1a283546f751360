import type pg from 'pg';

/** A stored event as an export needs it. `hash`: 64 hexadecimal digits. */
export interface PagedEvent {
  readonly companyId: number;
  readonly walletId: string;
  readonly version: string;
  readonly hash: string;
  readonly body: string;
}

/** The place of an event in the order of streams. */
export type StreamPlace = Pick<PagedEvent, 'companyId' | 'walletId' | 'version'>;

export interface EventPagesOptions {
  readonly pool: pg.Pool;
  /** Only what was written by transactions below this one. */
  readonly boundary: string;
  readonly companyId: number | undefined;
  /** Only what comes behind it. */
  readonly after: StreamPlace | undefined;
}

/** Plan: a range of the primary key, walked in its order, each page from where the one before ended. */
const READ_PAGE = `
  SELECT company_id, wallet_id, version, encode(hash, 'hex'), body FROM event
  WHERE (company_id, wallet_id, version) > ($1::int, $2::uuid, $3::bigint) AND company_id <= $4::int AND transaction_id < $5::xid8
  ORDER BY company_id, wallet_id, version LIMIT $6`;

const PAGE_EVENTS = 4_000;
const INT4_MAX = 2 ** 31 - 1;
const NO_WALLET = '00000000-0000-0000-0000-000000000000';

type Row = [companyId: number, walletId: string, version: string, hash: string, body: string];

/** All events below a boundary, stream after stream, page by page: nothing is held open between two pages. */
export async function* readEventPages(options: EventPagesOptions): AsyncGenerator<readonly PagedEvent[], void, void> {
  const { pool, boundary, companyId } = options;
  let place: StreamPlace = options.after ?? { companyId: companyId ?? 0, walletId: NO_WALLET, version: '0' };
  for (;;) {
    const values = [
      ...[place.companyId, place.walletId, place.version],
      ...[companyId ?? INT4_MAX, boundary, PAGE_EVENTS],
    ];
    const { rows } = await pool.query<Row>({ text: READ_PAGE, values, rowMode: 'array' });
    const page = rows.map(([company, walletId, version, hash, body]) => ({
      companyId: company,
      walletId,
      version,
      hash,
      body,
    }));
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    place = last;
  }
}
