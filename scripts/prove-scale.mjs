import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { root } from './project.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';

/** Names of tests that look at one process: at what it has in memory, or at how it was started. */
const OF_ONE_PROCESS = ['api-process', 'import-codes', 'overload', 'yotpo-overdue'];

/**
 * Two APIs and three workers, of which one joins, leaves or is killed all the time, for `--seconds N` (60 unless told), from a seed that is printed
 * and can be given again with `--seed`. `--suite`: the tests of the API, or those that are named, against such a fleet, whose calls go to its APIs
 * in turn.
 */
await runMain(() => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      suite: { type: 'boolean', default: false },
    },
  });
  if (values.suite) return proveSuite(positionals);
  const seed = values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`;
  for (const [name, text] of Object.entries({ seconds: values.seconds, seed })) {
    if (!/^\d+$/.test(text)) throw new PlainFailure(`--${name} takes a whole number, not "${text}".`);
  }
  const env = { ...process.env, HOLDFAST_SCALE_SECONDS: values.seconds, HOLDFAST_SCALE_SEED: seed };
  const args = [path.join(root, 'scripts', 'test.mjs'), 'test/e2e/machines/fleet', '--verbose'];
  process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1);
});

function proveSuite(named) {
  const tests = named.length > 0 ? named : ['test/e2e/api', 'test/contract/'];
  const left = OF_ONE_PROCESS.flatMap((name) => ['--testPathIgnorePatterns', name]);
  const args = [path.join(root, 'scripts', 'test.mjs'), ...tests, ...left];
  const env = { ...process.env, HOLDFAST_TEST_FLEET: 'true' };
  process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1);
}
