import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDatabase, startEmbeddedPostgres } from '#platform/embedded-postgres';
import { deployMigrations } from '#platform/migrate';

const DATABASE = 'holdfast';
const LOGS = 'log';
/** PostgreSQL's own log writer gathers lines for a moment. */
const FLUSH_MS = 300;

/** A statement as the server saw it. */
export interface LoggedStatement {
  /** Who asked: the connection's `application_name`. */
  readonly application: string;
  /** Statements of one transaction have the same. */
  readonly transaction: string;
  readonly text: string;
  /** The parameters' values, as the server writes them. */
  readonly parameters: string;
}

/** A PostgreSQL of a test's own that writes down every statement (`log_statement = all`), and the migrated database in it. */
export interface LoggingPostgres {
  readonly connectionString: string;
  /** Everything the server has executed so far, in the order of its log. */
  statements(): Promise<readonly LoggedStatement[]>;
  stop(): Promise<void>;
}

interface LogLine {
  readonly application_name?: string;
  readonly session_id?: string;
  readonly vxid?: string;
  readonly message?: string;
  readonly detail?: string;
}

export async function startLoggingPostgres(): Promise<LoggingPostgres> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-logging-'));
  const dataDir = path.join(folder, 'data');
  const settings = {
    ...{ fsync: 'off', full_page_writes: 'off', shared_buffers: '32MB' },
    ...{ logging_collector: 'on', log_destination: 'jsonlog', log_directory: LOGS, log_rotation_size: '0' },
    log_statement: 'all',
  };
  const server = await startEmbeddedPostgres({ dataDir, settings });
  await ensureDatabase(server.connectionString('postgres'), DATABASE);
  const connectionString = server.connectionString(DATABASE);
  await deployMigrations(connectionString, { queueTables: true });
  return {
    connectionString,
    async statements() {
      await sleep(FLUSH_MS);
      return (await readLog(path.join(dataDir, 'postgres', LOGS))).flatMap(statementIn);
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readLog(folder: string): Promise<readonly LogLine[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n'));
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine);
}

/** A statement is logged as `statement: …`, one with parameters as `execute <name>: …` with the values as its detail. */
function statementIn({ application_name, session_id, vxid, message, detail }: LogLine): LoggedStatement[] {
  const found = /^(?:statement|execute [^:]*): ([\s\S]*)$/.exec(message ?? '');
  if (found?.[1] === undefined) return [];
  return [
    {
      application: application_name ?? '',
      transaction: `${session_id ?? ''} ${vxid ?? ''}`,
      text: found[1],
      parameters: detail ?? '',
    },
  ];
}
