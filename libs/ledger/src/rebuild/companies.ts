import type pg from 'pg';

/** Companies that have events. Plan: one step of the primary key for each. */
const READ_COMPANIES = `
  WITH RECURSIVE known(id) AS (
    SELECT (SELECT min(company_id) FROM event)
    UNION ALL
    SELECT (SELECT min(company_id) FROM event WHERE company_id > known.id) FROM known WHERE known.id IS NOT NULL
  )
  SELECT id FROM known WHERE id IS NOT NULL`;

export async function readCompanies(client: pg.ClientBase): Promise<readonly number[]> {
  return (await client.query<{ id: number }>(READ_COMPANIES)).rows.map(({ id }) => id);
}
