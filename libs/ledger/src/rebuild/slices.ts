import type pg from 'pg';

/** A part of a company's streams: wallets from–to, both included. */
export interface Slice {
  readonly companyId: number;
  readonly walletFrom: string;
  readonly walletTo: string;
}

const WALLETS_A_SLICE = 200;
const SLICES_MAX = 65_536;

/** Companies that have events. Plan: one step of the primary key for each. */
const READ_COMPANIES = `
  WITH RECURSIVE known(id) AS (
    SELECT (SELECT min(company_id) FROM event)
    UNION ALL
    SELECT (SELECT min(company_id) FROM event WHERE company_id > known.id) FROM known WHERE known.id IS NOT NULL
  )
  SELECT id, (SELECT count(*) FROM customer c WHERE c.company_id = known.id)::int AS wallets FROM known WHERE id IS NOT NULL`;

export async function readCompanies(client: pg.ClientBase): Promise<readonly { id: number; wallets: number }[]> {
  return (await client.query<{ id: number; wallets: number }>(READ_COMPANIES)).rows;
}

/** All streams in parts of some thousand events. Wallet ids are random, so equal parts of their range hold about as many. */
export async function readSlices(client: pg.ClientBase): Promise<readonly Slice[]> {
  const companies = await readCompanies(client);
  return companies.flatMap(({ id, wallets }) => {
    const count = Math.min(Math.max(Math.ceil(wallets / WALLETS_A_SLICE), 1), SLICES_MAX);
    const bounds = Array.from({ length: count + 1 }, (_, i) => Math.ceil((i * SLICES_MAX) / count));
    return bounds.slice(1).map((to, i) => ({
      companyId: id,
      walletFrom: walletAt(bounds[i] as number, '0'),
      walletTo: walletAt(to - 1, 'f'),
    }));
  });
}

function walletAt(prefix: number, filler: string): string {
  const hex = prefix.toString(16).padStart(4, '0') + filler.repeat(28);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
