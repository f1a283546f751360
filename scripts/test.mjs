import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { prepare } from './prepare.mjs';
import { root } from './project.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';
import { withTemporaryFolder } from './with-temporary-folder.mjs';
import { withTemporaryPostgres } from './with-temporary-postgres.mjs';

const templateDatabase = 'holdfast_template';
let stopping = false;

/**
 * All tests, or those that the arguments name (they go to Jest as they are): one PostgreSQL for the run with a migrated template that
 * each test file clones, and one Redis where there is one to be had.
 */
await runMain(async () => {
  await prepare();
  // Jest gets the signal too and ends; what was started here is then put away as after any run.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (stopping = true));
  const results = await withTemporaryFolder((runDir) => {
    // Whatever the run and its tests put away for a while lies here, and goes with it.
    process.env.TMPDIR = runDir;
    return withTemporaryPostgres(async (postgres) => {
      const serverUrl = await migratedTemplate(postgres);
      return withRedis((redisUrl) => runJest({ serverUrl, redisUrl, resultsFile: path.join(runDir, 'results.json') }));
    });
  });
  const { passed, failed, skipped } = results;
  if (skipped > 0) await tellWhatIsMissing(results.redisUrl);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exit(failed > 0 || results.exitCode !== 0 ? 1 : 0);
});

async function tellWhatIsMissing(redisUrl) {
  const { hasRedisServer } = await import('../dist/test/support/redis-server.js');
  const { hasPgBouncer } = await import('../dist/test/support/pgbouncer.js');
  if (!redisUrl) {
    console.log('Skipped: the tests of the queue in Redis. To run these: install redis-server or set REDIS_URL.');
  }
  if (!hasRedisServer()) console.log('Skipped: the tests on a Redis Cluster. To run these: install redis-server.');
  if (!hasPgBouncer()) console.log('Skipped: the tests through PgBouncer. To run these: install pgbouncer.');
}

async function migratedTemplate(postgres) {
  const { ensureDatabase } = await import('../dist/libs/platform/src/embedded-postgres/index.js');
  const { deployMigrations, MigrationError } = await import('../dist/libs/platform/src/migrate/index.js');
  const serverUrl = postgres.connectionString('postgres');
  await ensureDatabase(serverUrl, templateDatabase);
  try {
    await deployMigrations(postgres.connectionString(templateDatabase));
  } catch (error) {
    throw error instanceof MigrationError ? new PlainFailure(error.message) : error;
  }
  return serverUrl;
}

/** A Redis of one's own is used when REDIS_URL names one, else a server is started when there is one on the PATH. */
async function withRedis(work) {
  if (process.env.REDIS_URL) return work(process.env.REDIS_URL);
  const { startRedisServer } = await import('../dist/test/support/redis-server.js');
  const redis = await startRedisServer();
  try {
    return await work(redis?.url);
  } finally {
    await redis?.stop();
  }
}

async function runJest({ serverUrl, redisUrl, resultsFile }) {
  // Our own settings must not leak into the tests; what a test needs, it sets.
  const { REDIS_URL: _redis, DATABASE_URL: _database, DATA_DIR: _dataDir, PORT: _port, ...inherited } = process.env;
  const env = {
    ...inherited,
    HOLDFAST_TEST_SERVER_URL: serverUrl,
    HOLDFAST_TEST_TEMPLATE: templateDatabase,
    HOLDFAST_TEST_RESULTS: resultsFile,
    ...(redisUrl === undefined ? {} : { HOLDFAST_TEST_REDIS_URL: redisUrl }),
  };
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const nodeFlags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...nodeFlags, jest, ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const exitCode = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  try {
    return { exitCode, redisUrl, ...JSON.parse(await readFile(resultsFile, 'utf8')) };
  } catch {
    const nothingRan = stopping ? 'The run was stopped.' : 'Jest ended without results.';
    console.error(nothingRan);
    return { exitCode: 1, passed: 0, failed: 1, skipped: 0 };
  }
}
