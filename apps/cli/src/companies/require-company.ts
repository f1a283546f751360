import { EVERY_COMPANY, type StreamRange } from '#ledger';
import type pg from 'pg';
import { noCompany } from './no-company.js';

/** A company whose row was taken away still has its events. */
const IS_KNOWN = `
  SELECT EXISTS (SELECT FROM company WHERE id = $1) OR EXISTS (SELECT FROM event WHERE company_id = $1) AS "isKnown"`;

/** @throws CliFailure where a person names a company that there is none of */
export async function requireCompany(pool: pg.Pool, id: number | undefined): Promise<void> {
  if (id === undefined) return;
  const { rows } = await pool.query<{ isKnown: boolean }>(IS_KNOWN, [id]);
  if (rows[0]?.isKnown !== true) throw noCompany(id);
}

/** The companies that a person means: one, or all where none is named. @throws CliFailure where there is none of that number */
export async function companiesMeant(pool: pg.Pool, id: number | undefined): Promise<StreamRange['companies']> {
  await requireCompany(pool, id);
  return id === undefined ? EVERY_COMPANY : [id, id];
}
