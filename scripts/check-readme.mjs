import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';

import { root } from './project.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';

/**
 * Runs the transcripts of README.md word for word against a program that was started for it, in one shell, and compares what
 * they print. What differs from run to run (ids, times, codes, keys) is compared by its form. `--write` puts what was printed
 * into README.md instead.
 */
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const readmeFile = path.join(root, 'README.md');
const BLOCK = /```console\n([\s\S]*?)```/g;
const END = '--end-of-command--';

await runMain(async () => {
  const readme = await readFile(readmeFile, 'utf8');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-readme-'));
  await symlink(path.join(root, 'examples'), path.join(folder, 'examples'));
  const port = await freePort();
  const program = await startProgram(port, path.join(folder, '.data'));
  try {
    const shell = openShell(folder);
    const written = await replaceBlocks(readme, async (block) => {
      const steps = [];
      for (const { command, output: said } of stepsOf(block)) {
        const output = await shell.run(command.replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`));
        const printed = output.replaceAll(`127.0.0.1:${port}`, '127.0.0.1:3000');
        // What differs from run to run alone is not taken over, so that a change of the page shows what changed.
        steps.push({ command, output: isDeepStrictEqual(formOf(said), formOf(printed)) ? said : printed });
      }
      return steps;
    });
    shell.close();
    await judge(readme, written);
  } finally {
    program.kill('SIGTERM');
    await new Promise((resolve) => program.once('exit', resolve));
    await rm(folder, { recursive: true, force: true });
  }
});

async function judge(readme, written) {
  const wanted = [...readme.matchAll(BLOCK)].flatMap(([, block]) => stepsOf(block));
  const different = wanted.filter(
    ({ output }, i) => !isDeepStrictEqual(formOf(output), formOf(written.steps[i].output)),
  );
  if (values.write) {
    await writeFile(readmeFile, written.text);
    console.log(`README.md: ${wanted.length} commands run, ${different.length} outputs replaced.`);
  } else if (different.length > 0) {
    for (const { command, output } of different) {
      console.log(`$ ${command}\n-- README.md says:\n${output}\n-- it printed:`);
      console.log(`${written.steps[wanted.findIndex((step) => step.command === command)].output}\n`);
    }
    throw new PlainFailure(
      `${different.length} of ${wanted.length} transcripts of README.md are not what the program prints ("node scripts/check-readme.mjs --write" takes it over).`,
    );
  } else {
    console.log(`README.md: ${wanted.length} commands run, all print what it says.`);
  }
}

async function replaceBlocks(text, run) {
  const steps = [];
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(BLOCK)) {
    const done = await run(match[1]);
    steps.push(...done);
    const lines = done.map(({ command, output }) => `$ ${command}\n${output === '' ? '' : `${pretty(output)}\n`}`);
    parts.push(text.slice(from, match.index), `\`\`\`console\n${lines.join('')}\`\`\``);
    from = match.index + match[0].length;
  }
  return { steps, text: [...parts, text.slice(from)].join('') };
}

/** A command begins with "$ " and goes on while its lines end with a backslash; what follows is its output. */
function stepsOf(block) {
  const steps = [];
  let continued = false;
  for (const line of block.trimEnd().split('\n')) {
    const step = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '' });
    else if (continued) step.command += `\n${line}`;
    else step.output += `${step.output === '' ? '' : '\n'}${line}`;
    continued = (line.startsWith('$ ') || continued) && line.endsWith('\\');
  }
  return steps;
}

/** JSON is compared as a value, text line by line, both without what no two runs share. */
function formOf(output) {
  const masked = output
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/…[0-9A-Z-]{4}\b/g, '…<code>')
    .replaceAll(/"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}-[0-9A-Z]"/g, '"<code>"');
  try {
    return JSON.parse(masked);
  } catch {
    return masked.split('\n').map((line) => line.trimEnd());
  }
}

function pretty(output) {
  try {
    return JSON.stringify(JSON.parse(output), null, 2);
  } catch {
    return output;
  }
}

async function startProgram(port, dataDir) {
  const env = { ...process.env, PORT: `${port}`, DATA_DIR: dataDir };
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'start.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.includes('curl -s')) resolve();
    });
    child.once('exit', (code) => {
      reject(new PlainFailure(`npm start ended with code ${code} before it was ready:\n${printed}`));
    });
  });
  child.removeAllListeners('exit');
  return child;
}

/** One shell for all commands, so that variables and files stay. */
function openShell(cwd) {
  const shell = spawn('bash', [], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  // Whoever follows the README stands in the project's folder; here the program's data lie elsewhere.
  shell.stdin.write(`npm() { DATA_DIR="$PWD/.data" command npm --prefix '${root}' "$@"; }\n`);
  let output = '';
  let waiting;
  shell.stdout.on('data', (chunk) => {
    output += chunk;
    const end = output.indexOf(END);
    if (end >= 0 && waiting !== undefined) {
      const text = output.slice(0, end).replace(/\r/g, '').trimEnd();
      output = '';
      waiting(text);
    }
  });
  return {
    run(command) {
      return new Promise((resolve) => {
        waiting = resolve;
        shell.stdin.write(`${command}\nprintf '\\n${END}\\n'\n`);
      });
    },
    close: () => shell.stdin.end(),
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
