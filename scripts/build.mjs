import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { bundleServices } from './bundle.mjs';
import { filesBelow, root, sha256OfFiles, textOf } from './project.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';

const stampFile = path.join(root, 'dist', '.holdfast-built');
const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/bundle.mjs'];

/** Compiles to dist/ unless it holds what these very sources compile to. */
export async function build() {
  const sources = filesBelow(['apps', 'libs', 'test/bench', 'test/faults', 'test/support'], isSource);
  const wanted = sha256OfFiles([...sources, ...settings.map((file) => path.join(root, file))]);
  if (textOf(stampFile) === wanted) return;
  console.log('Building …');
  rmSync(stampFile, { force: true });
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(tsc))
    throw new PlainFailure('The compiler is not installed: run "npm ci" (with development packages).');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new PlainFailure('The sources do not compile; the reasons stand above.');
  await bundleServices();
  writeFileSync(stampFile, wanted);
}

function isSource(name) {
  return name.endsWith('.ts') && !name.endsWith('.spec.ts');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runMain(build);
