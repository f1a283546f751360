import path from 'node:path';

import base from '../../../jest.config.mjs';

/** The tests as ever, over sources in which one guard is missing. */
const [[pattern, [, compilerOptions]]] = Object.entries(base.transform);

export default {
  ...base,
  rootDir: path.resolve(import.meta.dirname, '../../..'),
  transform: { [pattern]: ['<rootDir>/test/faults/mutants/mutant-transform.mjs', compilerOptions] },
};
