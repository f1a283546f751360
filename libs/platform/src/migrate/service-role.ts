import pg from 'pg';
import { SERVICE_SETTINGS, settingStatements } from '../database/index.js';

/** What API and worker may do hangs on this role, which nobody logs in as: the role they log in as is a member of it. */
export const SERVICE_ROLE = 'holdfast_app';

const QUEUE_SCHEMA = 'bullmq';
const APPEND_ONLY = ['SELECT', 'INSERT'] as const;
const EVERYDAY = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** Tables of which the services may do less than read and write rows. */
const LESS: Readonly<Record<string, readonly string[]>> = {
  event: APPEND_ONLY,
  checkpoint: APPEND_ONLY,
  checkpoint_company: APPEND_ONLY,
  checkpoint_head: APPEND_ONLY,
  encryption_key: APPEND_ONLY,
  _prisma_migrations: ['SELECT'],
};

/** Roles belong to the server: another database of it may be making the same one. A role that may make none goes without. */
const MAKE_ROLE = `
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${SERVICE_ROLE}') THEN
      CREATE ROLE ${SERVICE_ROLE} NOLOGIN;
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
  END $$`;

/** The tables and sequences that are ours to grant, with what the services' role may do with each. */
const READ_GRANTS = `
  SELECT n.nspname AS schema, c.relname AS name, c.relkind = 'S' AS "isSequence",
         array(SELECT a.privilege_type::text FROM aclexplode(c.relacl) a WHERE a.grantee = r.oid) AS granted
  FROM pg_roles r, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE r.rolname = '${SERVICE_ROLE}' AND c.relkind IN ('r', 'p', 'S')
    AND n.nspname IN (current_schema(), '${QUEUE_SCHEMA}') AND pg_has_role(c.relowner, 'USAGE')
  ORDER BY 1, 2`;

const READ_ROLE = `
  SELECT pg_has_role($1, r.oid, 'USAGE') AS "isMember" FROM pg_roles r WHERE r.rolname = '${SERVICE_ROLE}'`;

/** Who made a role may change it, and a superuser any. */
const READ_MAY_CHANGE = `
  SELECT current_database() AS database,
         (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
           OR pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION') AS "mayChange"
  FROM pg_roles r WHERE r.rolname = $1`;

interface Grantable {
  readonly schema: string;
  readonly name: string;
  readonly isSequence: boolean;
  readonly granted: readonly string[];
}

/**
 * Gives the services' role what API and worker need, and takes from it what they don't: of events they insert and read, nothing else.
 * Run by the tables' owner after every migration; writes nothing where all is so already. An owner that may not make roles
 * leaves everything as it is: then the trigger alone keeps events.
 */
export async function grantToServices(ownerUrl: string): Promise<void> {
  await withOwner(ownerUrl, async (client) => {
    await client.query(MAKE_ROLE);
    const { rows } = await client.query<Grantable>(READ_GRANTS);
    const lacking = rows.filter((row) => !sameSet(row.granted, wantedOf(row)));
    for (const row of lacking) {
      const what = row.isSequence ? 'SEQUENCE' : 'TABLE';
      const place = `${client.escapeIdentifier(row.schema)}.${client.escapeIdentifier(row.name)}`;
      await client.query(`REVOKE ALL ON ${what} ${place} FROM ${SERVICE_ROLE}`);
      await client.query(`GRANT ${wantedOf(row).join(', ')} ON ${what} ${place} TO ${SERVICE_ROLE}`);
    }
    for (const schema of new Set(lacking.map((row) => row.schema))) {
      // BullMQ draws a queue's job ids from a sequence that it makes with the queue's first job.
      const uses = schema === QUEUE_SCHEMA ? 'USAGE, CREATE' : 'USAGE';
      await client.query(`GRANT ${uses} ON SCHEMA ${client.escapeIdentifier(schema)} TO ${SERVICE_ROLE}`);
    }
  });
}

/**
 * Lets the role that `serviceUrl` names in as a service: makes it, with the password given there, where the server knows none of that
 * name, and makes it a member of the services' role. Nothing to do where the owner itself serves.
 *
 * @param keepPassword false: an existing role gets the password of `serviceUrl`, too.
 */
export async function admitService(ownerUrl: string, serviceUrl: string, keepPassword = true): Promise<void> {
  const { username, password } = new URL(serviceUrl);
  const name = decodeURIComponent(username);
  if (name === '' || name === decodeURIComponent(new URL(ownerUrl).username)) return;
  await withOwner(ownerUrl, async (client) => {
    const role = client.escapeIdentifier(name);
    const login = `LOGIN PASSWORD ${client.escapeLiteral(decodeURIComponent(password))}`;
    const known = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    if (known.rowCount === 0) await client.query(`CREATE ROLE ${role} ${login}`);
    else if (!keepPassword) await client.query(`ALTER ROLE ${role} ${login}`);
    const { rows } = await client.query<{ isMember: boolean }>(READ_ROLE, [name]);
    if (rows[0]?.isMember === false) await client.query(`GRANT ${SERVICE_ROLE} TO ${role}`);
  });
}

/**
 * Gives the role that `serviceUrl` names the settings that API and worker otherwise bring with each session, for where they reach the
 * database through a pooler. The owner is left alone, whose migrations take as long as they take; so is a role that the owner
 * may not change. Then the services, which ask at their start, say what is missing.
 */
export async function giveServiceSettings(ownerUrl: string, serviceUrl: string): Promise<void> {
  const name = decodeURIComponent(new URL(serviceUrl).username);
  if (name === decodeURIComponent(new URL(ownerUrl).username)) return;
  await withOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<{ mayChange: boolean; database: string }>(READ_MAY_CHANGE, [name]);
    const [found] = rows;
    if (found?.mayChange !== true) return;
    const place = { role: client.escapeIdentifier(name), database: client.escapeIdentifier(found.database) };
    for (const statement of settingStatements(place, SERVICE_SETTINGS)) await client.query(statement);
  });
}

function wantedOf({ isSequence, schema, name }: Grantable): readonly string[] {
  if (isSequence) return ['USAGE', 'SELECT'];
  return schema === QUEUE_SCHEMA ? EVERYDAY : (LESS[name] ?? EVERYDAY);
}

function sameSet(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === wanted.length && wanted.every((one) => found.includes(one));
}

/** Two that migrate at once would otherwise change the same rows of the catalogue. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtext('holdfast grants'))`;

async function withOwner(ownerUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'holdfast-migrate' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(LOCK);
    await work(client);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}
