import type pg from 'pg';
import type { Projection } from '../projections/projection.js';

/** Where projections are folded until they take the live ones' place, and where those go then. */
export const SHADOW = 'holdfast_rebuild';
export const RETIRED = 'holdfast_retired';

const DROP = `DROP SCHEMA IF EXISTS ${RETIRED} CASCADE; DROP SCHEMA IF EXISTS ${SHADOW} CASCADE`;
const CREATE = `CREATE SCHEMA ${SHADOW}; CREATE SCHEMA ${RETIRED}`;

const READ_OPTIONS = `
  SELECT array_to_string(reloptions, ', ') AS options FROM pg_class WHERE oid = to_regclass($1) AND reloptions IS NOT NULL`;

const READ_GRANTS = `
  SELECT a.privilege_type AS privilege, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS grantee
  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass($1) AND a.grantee <> c.relowner`;

/** The primary key comes last, as in the migrations. */
const READ_INDEXES = `
  SELECT pg_get_indexdef(i.indexrelid) AS definition, c.relname AS name, i.indisprimary AS "isPrimary"
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = to_regclass($1) ORDER BY i.indisprimary, c.relname`;

const LIVE_SCHEMA = `SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE oid = to_regclass('wallet')`;

/** The schema of the live tables, as it is written in statements. */
export async function liveSchema(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ schema: string }>(LIVE_SCHEMA);
  return rows[0]?.schema ?? 'public';
}

/** Takes away what an interrupted rebuild has left. */
export async function dropShadows(client: pg.ClientBase): Promise<void> {
  await client.query(DROP);
}

/** Empty twins of the live tables: columns, checks, storage and rights, no indexes yet. */
export async function createShadows(
  client: pg.ClientBase,
  projections: readonly Projection[],
  live: string,
): Promise<void> {
  await client.query(CREATE);
  for (const { table } of projections) {
    const [from, to] = [`${live}.${table}`, `${SHADOW}.${table}`];
    await client.query(
      `CREATE TABLE ${to} (LIKE ${from} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMPRESSION)`,
    );
    const options = await client.query<{ options: string }>(READ_OPTIONS, [from]);
    for (const row of options.rows) await client.query(`ALTER TABLE ${to} SET (${row.options})`);
    const grants = await client.query<{ privilege: string; grantee: string }>(READ_GRANTS, [from]);
    for (const { privilege, grantee } of grants.rows) await client.query(`GRANT ${privilege} ON ${to} TO ${grantee}`);
  }
}

/** The live tables' indexes under their own names, and statistics, so that plans are made as before. */
export async function indexShadow(client: pg.ClientBase, projection: Projection, live: string): Promise<void> {
  const { table, sums } = projection;
  if (sums.length > 0) await client.query(sumUp(projection));
  const { rows } = await client.query<{ definition: string; name: string; isPrimary: boolean }>(READ_INDEXES, [
    `${live}.${table}`,
  ]);
  for (const { definition, name, isPrimary } of rows) {
    await client.query(definition.replace(/ ON (ONLY )?\S+ USING /, ` ON ${SHADOW}.${table} USING `));
    const index = client.escapeIdentifier(name);
    if (isPrimary) {
      await client.query(`ALTER TABLE ${SHADOW}.${table} ADD CONSTRAINT ${index} PRIMARY KEY USING INDEX ${index}`);
    }
  }
  await client.query(`ANALYZE ${SHADOW}.${table}`);
}

/** Slices write what they add, each for itself. */
function sumUp({ table, key, columns, sums }: Projection): string {
  const added = columns.map((name) => (sums.includes(name) ? `sum(${name})` : name)).join(', ');
  return `WITH parts AS (DELETE FROM ${SHADOW}.${table} RETURNING *)
          INSERT INTO ${SHADOW}.${table} (${columns.join(', ')}) SELECT ${added} FROM parts GROUP BY ${key.join(', ')}`;
}
