import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { root } from './project.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';

/**
 * Two APIs and three workers, of which one joins, leaves or is killed all the time, for `--seconds N` (60 unless told), from a seed that is printed
 * and can be given again with `--seed`.
 */
await runMain(() => {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } } });
  const seed = values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`;
  for (const [name, text] of Object.entries({ seconds: values.seconds, seed })) {
    if (!/^\d+$/.test(text)) throw new PlainFailure(`--${name} takes a whole number, not "${text}".`);
  }
  const env = { ...process.env, HOLDFAST_SCALE_SECONDS: values.seconds, HOLDFAST_SCALE_SEED: seed };
  const args = [path.join(root, 'scripts', 'test.mjs'), 'test/e2e/machines/fleet', '--verbose'];
  process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1);
});
