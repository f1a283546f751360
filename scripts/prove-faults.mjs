import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { mutants } from '../test/faults/mutants/mutants.mjs';
import { root } from './project.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';

/**
 * Without arguments: the whole table of faults and the rows that matter at full length. `--mutant <name>`: the same tests, short, over sources
 * in which one guard is missing; they are expected to be red. `--mutants`: all of them, one after the other, with a table.
 */
await runMain(() => {
  const { values } = parseArgs({ options: { mutant: { type: 'string' }, mutants: { type: 'boolean' } } });
  if (values.mutants === true) return proveAll();
  if (values.mutant !== undefined) return prove([values.mutant]);
  const status = run(['test/faults', '--testPathIgnorePatterns', 'test/faults/chaos', '--verbose', '--runInBand'], {
    HOLDFAST_FAULTS: 'whole',
  });
  process.exit(status);
});

function proveAll() {
  return prove(Object.keys(mutants));
}

/** Green when every mutant makes at least one test red. */
function prove(names) {
  const outcomes = names.map((name) => {
    const mutant = mutants[name];
    if (mutant === undefined) {
      throw new PlainFailure(`There is no mutant "${name}"; there are: ${Object.keys(mutants).join(', ')}.`);
    }
    const config = path.join('test', 'faults', 'mutants', 'jest.config.mjs');
    const tests = mutant.tests.map((test) => `test/faults/.*${test}`);
    const status = run(
      ['--config', config, '--testPathPatterns', ...tests, '--verbose', '--runInBand', '--forceExit'],
      {
        HOLDFAST_MUTANT: name,
      },
    );
    return { name, guard: mutant.guard, killed: status !== 0 };
  });
  console.log('\nmutant                  killed  the guard that is missing');
  for (const { name, guard, killed } of outcomes) {
    console.log(`${name.padEnd(22)}  ${killed ? 'yes   ' : 'NO    '}  ${guard}`);
  }
  process.exit(outcomes.every(({ killed }) => killed) ? 0 : 1);
}

function run(args, env) {
  const script = path.join(root, 'scripts', 'test.mjs');
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}
