import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { root, sha256OfFiles, textOf } from './project.mjs';
import { PlainFailure } from './report-failure.mjs';

const lockFile = path.join(root, 'package-lock.json');
const stampFile = path.join(root, 'node_modules', '.holdfast-installed');

/** Installs the packages unless those of package-lock.json are in place already. */
export function installPackages() {
  const wanted = `${sha256OfFiles([lockFile])} ${process.platform}-${process.arch}`;
  if (textOf(stampFile) === wanted) return;
  if (!isInstalledByNpm()) runNpmCi();
  writeFileSync(stampFile, wanted);
}

/** npm keeps its own account of what it installed: `npm ci` by hand needs no second one. */
function isInstalledByNpm() {
  const installed = textOf(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const { packages: found } = JSON.parse(installed);
  const { packages: wanted } = JSON.parse(readFileSync(lockFile, 'utf8'));
  return Object.entries(wanted).every(
    ([name, { version, optional, devOptional, peer }]) =>
      name === '' || optional || devOptional || peer || found[name]?.version === version,
  );
}

function runNpmCi() {
  console.log('Installing packages (once; a minute or two) …');
  const npmScript = process.env.npm_execpath;
  const [command, args] = npmScript?.endsWith('.js') ? [process.execPath, [npmScript]] : ['npm', []];
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  // npm's own pauses between tries add up to minutes before it says that there is no network.
  flags.push('--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000');
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] };
  const { status, error, stderr } = spawnSync(command, [...args, ...flags], options);
  if (error) throw new PlainFailure(`npm can't be run: ${error.message}`);
  if (status !== 0) throw new PlainFailure(`The packages can't be installed: ${reasonOf(stderr)}`);
}

const unreachable = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ERR_SOCKET_TIMEOUT',
];

/** npm tells its code first and then, over many lines, what it means. */
function reasonOf(stderr) {
  const lines = stderr.split('\n').flatMap((line) => /^npm error (.+)/.exec(line)?.[1] ?? []);
  const code = /^code (\S+)/.exec(lines[0] ?? '')?.[1];
  if (unreachable.includes(code)) return `the package registry can't be reached (${code}); it is needed once.`;
  const told = lines.find((line) => !/^(code|errno|syscall|path|dest) /.test(line)) ?? 'npm ci failed without a word';
  return code === undefined ? told : `${told} (${code})`;
}
