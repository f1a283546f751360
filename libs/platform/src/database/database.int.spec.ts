import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/index.js';
import { Secret } from '../config/secret.js';
import { createLogger } from '../logging/logger.js';
import { until } from '../../../../test/support/until.js';
import { isDatabaseTrouble } from './database-trouble.js';
import { createListener, type ListenerOptions } from './listener.js';
import { createNotifier } from './notifier.js';
import { createPool } from './pool.js';
import { createPrepare } from './prepared.js';
import { createPrisma } from './prisma.js';

const logger = createLogger({ app: 'test', level: 'silent' });
const open: (() => Promise<unknown>)[] = [];
let database: TestDatabase;
let url: Secret;

beforeAll(async () => {
  database = await createTestDatabase();
  url = new Secret(database.connectionString);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});
afterAll(() => database.drop());

function pool(options: Partial<Parameters<typeof createPool>[1]> = {}): pg.Pool {
  const made = createPool({ url, poolMax: 4 }, { applicationName: 'holdfast-test', logger, ...options });
  open.push(() => made.end());
  return made;
}

function listen(options: Partial<ListenerOptions> = {}) {
  const heard: string[] = [];
  const listener = createListener({
    connectionString: url,
    channels: ['holdfast_a', 'holdfast_b'],
    onNotify: (channel) => heard.push(channel),
    logger,
    applicationName: 'holdfast-test-listener',
    backoff: { firstMs: 5, maxMs: 20 },
    ...options,
  });
  open.push(() => listener.close());
  return { heard, listener };
}

function notifier(everyMs = 5) {
  const made = createNotifier({ connectionString: url, logger, applicationName: 'holdfast-test-notifier', everyMs });
  open.push(() => made.close());
  return made;
}

async function cutConnections(applicationName: string): Promise<number> {
  const { rowCount } = await pool().query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
    [applicationName],
  );
  return rowCount ?? 0;
}

describe('The pool', () => {
  it('sets its limits and its name on every connection, without a round trip', async () => {
    const { rows } = await pool().query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
              current_setting('transaction_timeout') AS transaction, current_setting('application_name') AS name,
              current_setting('idle_in_transaction_session_timeout') AS idle`,
    );
    expect(rows).toEqual([{ statement: '5s', lock: '2s', transaction: '10s', name: 'holdfast-test', idle: '5s' }]);
  });

  it('tells that no connection was free in time, or that one broke, by a code', async () => {
    const busy = pool({ max: 1 });
    const lent = await busy.connect();
    const refusals = await Promise.all(
      [busy.query('SELECT 1'), busy.connect()].map((one) => one.catch((error: unknown) => error)),
    );
    expect(refusals.map(isDatabaseTrouble)).toEqual([true, true]);
    lent.release();
    await expect(busy.query('SELECT nothing_of_this_name')).rejects.toMatchObject({ code: '42703' });
  });

  it('gives 64-bit integers as text', async () => {
    const { rows } = await pool().query('SELECT 9223372036854775807::bigint AS points');
    expect(rows).toEqual([{ points: '9223372036854775807' }]);
  });

  it('survives idle connections that are cut', async () => {
    const survivor = pool({ applicationName: 'holdfast-test-survivor' });
    await survivor.query('SELECT 1');
    expect(await cutConnections('holdfast-test-survivor')).toBe(1);
    await until(() => survivor.totalCount === 0);
    expect((await survivor.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('prepares statements by name only where it may', async () => {
    const one = pool({ max: 1 });
    await one.query(createPrepare({ prepared: true })('named_one', 'SELECT $1::int', [1]));
    await one.query(createPrepare({ prepared: false })('unnamed_one', 'SELECT $1::int', [1]));
    const { rows } = await one.query("SELECT name FROM pg_prepared_statements WHERE name LIKE '%named_one'");
    expect(rows).toEqual([{ name: 'named_one' }]);
  });

  it('serves Prisma, which leaves it open', async () => {
    const shared = pool();
    const prisma = createPrisma(shared);
    expect(await prisma.company.count()).toBe(0);
    await prisma.$disconnect();
    expect((await shared.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('A listener', () => {
  it('is told of every channel once it listens, then of each notification', async () => {
    const { heard, listener } = listen();
    await listener.listening;
    expect(heard).toEqual(['holdfast_a', 'holdfast_b']);
    await pool().query('NOTIFY holdfast_b');
    await until(() => heard.length === 3);
    expect(heard[2]).toBe('holdfast_b');
  });

  it('comes back after its connection was cut, and is told again', async () => {
    const { heard, listener } = listen();
    await listener.listening;
    for (let cuts = 1; cuts <= 3; cuts += 1) {
      await until(async () => (await cutConnections('holdfast-test-listener')) === 1);
      await until(() => heard.length === 2 + cuts * 2);
    }
    await pool().query('NOTIFY holdfast_a');
    await until(() => heard.length === 9);
    expect(heard[8]).toBe('holdfast_a');
  });

  it('goes on when what it calls throws', async () => {
    const heard: string[] = [];
    const { listener } = listen({
      onNotify: (channel) => {
        heard.push(channel);
        throw new Error('a bug of the caller');
      },
    });
    await listener.listening;
    await pool().query('NOTIFY holdfast_a');
    await until(() => heard.length === 3);
  });

  it('asks a quiet connection whether it still lives', async () => {
    const { listener } = listen({ heartbeatMs: 5, applicationName: 'holdfast-test-heart' });
    await listener.listening;
    const watcher = pool();
    await until(async () => {
      const { rows } = await watcher.query(
        "SELECT query FROM pg_stat_activity WHERE application_name = 'holdfast-test-heart'",
      );
      return (rows as { query: string }[]).some(({ query }) => query === 'SELECT 1');
    });
  });

  it('closes while it can’t connect', async () => {
    const nowhere = new URL(database.connectionString);
    nowhere.pathname = '/there_is_no_such_database';
    const { heard, listener } = listen({ connectionString: new Secret(nowhere.href) });
    await sleep(30);
    await listener.close();
    expect(heard).toEqual([]);
  });

  it('leaves no connection behind', async () => {
    const { listener } = listen({ applicationName: 'holdfast-test-gone' });
    await listener.listening;
    await listener.close();
    await until(async () => (await cutConnections('holdfast-test-gone')) === 0);
  });
});

describe('A notifier', () => {
  it('wakes the listeners of a channel', async () => {
    const { heard, listener } = listen();
    await listener.listening;
    notifier().notify('holdfast_b');
    await until(() => heard.length === 3);
    expect(heard[2]).toBe('holdfast_b');
  });

  it('sends together what comes within its interval', async () => {
    const { heard, listener } = listen();
    await listener.listening;
    const often = notifier(200);
    for (let calls = 0; calls < 1000; calls += 1) {
      often.notify('holdfast_a');
      often.notify('holdfast_b');
      if (calls % 100 === 0) {
        await sleep(1);
      }
    }
    await often.close();
    await until(() => heard.slice(2).includes('holdfast_b'));
    const channels = heard.slice(2);
    expect(channels.length).toBeLessThan(20);
    expect(new Set(channels)).toEqual(new Set(['holdfast_a', 'holdfast_b']));
  });

  it('connects again after its connection was cut', async () => {
    const { heard, listener } = listen();
    await listener.listening;
    const again = notifier();
    again.notify('holdfast_a');
    await until(() => heard.length === 3);
    expect(await cutConnections('holdfast-test-notifier')).toBe(1);
    await until(() => {
      again.notify('holdfast_b');
      return heard.length > 3;
    });
    expect(heard[3]).toBe('holdfast_b');
  });

  it('never throws at a server that is not there, and closes all the same', async () => {
    const nowhere = createNotifier({ connectionString: new Secret('postgresql://127.0.0.1:1/x'), logger });
    nowhere.notify('holdfast_a');
    await sleep(10);
    nowhere.notify('holdfast_a');
    await nowhere.close();
    nowhere.notify('holdfast_a');
  });
});
