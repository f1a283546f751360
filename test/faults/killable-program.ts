import path from 'node:path';
import { createLogger, createPool, Secret } from '#platform';
import { findEmbeddedPostgres } from '#platform/embedded-postgres';
import type pg from 'pg';
import { TEST_KEYS } from '../support/ledger/ledger-rig.js';
import { killPid, startProgram, type ProgramPids, type RunningProgram } from '../support/running-program.js';

const ADMIN_KEY = 'an-admin-key-of-a-program-that-is-killed';

export interface KillableProgramOptions {
  /** Of the run's own; the program's data goes below it. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole program as `npm start` runs it, any part of which can be killed, and its database to look into. */
export class KillableProgram {
  readonly dataDir: string;
  private program: RunningProgram | undefined;
  private isUp = false;

  constructor(private readonly options: KillableProgramOptions) {
    this.dataDir = path.join(options.folder, '.data');
  }

  /** Undefined while it is down; parts of it may be missing. */
  get running(): RunningProgram | undefined {
    return this.isUp ? this.program : undefined;
  }

  async start(): Promise<void> {
    this.program = await startProgram({
      dataDir: this.dataDir,
      env: {
        ADMIN_API_KEY: ADMIN_KEY,
        ENCRYPTION_KEY: TEST_KEYS,
        LOG_LEVEL: 'warn',
        RESERVE_TTL_SECONDS: '20',
        REQUEST_TTL_SECONDS: '20',
        ...this.options.env,
      },
    });
    this.isUp = true;
  }

  async stop(): Promise<void> {
    await this.program?.stop();
  }

  /** Undefined while something is just being started again: its process id is not on record, and there is nothing to kill. */
  async pids(): Promise<ProgramPids | undefined> {
    return this.running?.pids().catch(() => undefined);
  }

  /** SIGKILL for all of it, or for the supervisor alone, which the others notice: until `start` it is down. */
  async bringDown(pids: ProgramPids, how: 'everything' | 'supervisor'): Promise<void> {
    this.isUp = false;
    if (how === 'everything') await this.program?.kill(pids);
    else killPid(pids.supervisor);
  }

  /** A call of the operator. @throws Error with what the API answered. */
  async administer<Data>(method: string, route: string, body: unknown): Promise<Data> {
    const response = await fetch(`${this.program?.baseUrl ?? ''}/admin/v1/${route}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-admin-key': ADMIN_KEY },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return (JSON.parse(text) as { readonly data: Data }).data;
  }

  /** Of the schema's owner; undefined while no database runs. */
  async ownerUrl(): Promise<string | undefined> {
    return (await findEmbeddedPostgres(this.dataDir).catch(() => undefined))?.ownerUrl;
  }

  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    return this.withPool(async (pool) => (await pool.query<Row>(sql)).rows);
  }

  async withPool<Result>(work: (pool: pg.Pool) => Promise<Result>): Promise<Result> {
    const url = await this.ownerUrl();
    if (url === undefined) throw new Error('No database runs at this moment.');
    const logger = createLogger({ app: 'test', level: 'silent' });
    const pool = createPool({ url: new Secret(url), poolMax: 1 }, { applicationName: 'killed', logger });
    try {
      return await work(pool);
    } finally {
      await pool.end();
    }
  }
}
