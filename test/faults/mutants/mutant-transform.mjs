import { createHash } from 'node:crypto';
import path from 'node:path';

import swcJest from '@swc/jest';

import { mutants } from './mutants.mjs';

const name = process.env.HOLDFAST_MUTANT ?? '';

/** Jest's transformer: the mutant's changes to the source, then the same compiler as without it. */
export default {
  createTransformer(options) {
    const compiler = swcJest.createTransformer(options);
    const mutant = mutants[name];
    if (mutant === undefined)
      throw new Error(`There is no mutant "${name}"; there are: ${Object.keys(mutants).join(', ')}.`);
    const changed = (source, file, { config: { rootDir } }) =>
      mutant.changes
        .filter((change) => path.join(rootDir, change.file) === file)
        .reduce((text, { find, replace }) => {
          if (text.split(find).length !== 2) throw new Error(`Mutant "${name}": ${file} should hold once: ${find}`);
          return text.replace(find, () => replace);
        }, source);
    return {
      canInstrument: compiler.canInstrument ?? false,
      getCacheKey: (source, file, transform) =>
        createHash('sha256')
          .update(`${name}\0${file}\0`)
          .update(changed(source, file, transform))
          .update(JSON.stringify(options.transformerConfig ?? {}))
          .digest('hex'),
      process: (source, file, transform) => compiler.process(changed(source, file, transform), file, transform),
      processAsync: (source, file, transform) =>
        compiler.processAsync(changed(source, file, transform), file, transform),
    };
  },
};
