import type pg from 'pg';
import type { DatabaseConfig } from '../config/config.js';
import { StartRefusedError, type StartQuestion } from './ask-at-start.js';
import { SERVICE_SETTINGS, type SessionSettings } from './session-settings.js';

const READ_SETTINGS = `SELECT name, setting FROM pg_settings WHERE name = ANY($1)`;
const READ_PLACE = `SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database`;

/** The pooler's sessions lack what those of a service need. The message has the statements that mend it. */
export class PooledSettingsError extends StartRefusedError {
  override readonly name = 'PooledSettingsError';
}

/** What API and worker ask at the start, where a pooler stands between them and the database. */
export function pooledSettingsQuestions({ throughPooler }: Pick<DatabaseConfig, 'throughPooler'>): StartQuestion[] {
  return throughPooler ? [checkPooledSettings] : [];
}

/**
 * Without time-outs a process that froze would keep its locks for good, and nobody would notice before it happens: so the settings are
 * asked for, not hoped for.
 */
async function checkPooledSettings(client: Pick<pg.ClientBase, 'query'>): Promise<void> {
  const { rows } = await client.query<{ name: string; setting: string }>(READ_SETTINGS, [
    Object.keys(SERVICE_SETTINGS),
  ]);
  const found = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  const lacking = Object.entries(SERVICE_SETTINGS).filter(([name, value]) => found[name] !== value);
  if (lacking.length === 0) return;
  const place = await client.query<Place>(READ_PLACE);
  const statements = settingStatements(place.rows[0] as Place, Object.fromEntries(lacking));
  throw new PooledSettingsError(
    `DATABASE_URL leads through a pooler, since DATABASE_DIRECT_URL leads elsewhere, and sessions there lack the service's settings. ` +
      `Run "migrate" with DATABASE_MIGRATE_URL, or these statements, then RECONNECT at the pooler:\n${statements.join(';\n')};`,
  );
}

/** Where a role's settings hold; both are quoted. */
export interface Place {
  readonly role: string;
  readonly database: string;
}

/** Gives a role settings for all its sessions in one database. */
export function settingStatements({ role, database }: Place, settings: SessionSettings): string[] {
  return Object.entries(settings).map(
    ([name, value]) => `ALTER ROLE ${role} IN DATABASE ${database} SET ${name} = '${value}'`,
  );
}
