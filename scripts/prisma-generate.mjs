import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { root } from './project.mjs';

/**
 * Regenerates Prisma's client. The generator never runs the native engine, but looks for one and would download it; any program
 * that exists satisfies it.
 */
const env = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', ...process.env };
const prisma = path.join(root, 'node_modules', 'prisma', 'build', 'index.js');
const { status } = spawnSync(process.execPath, [prisma, 'generate'], { cwd: root, env, stdio: 'inherit' });
process.exit(status ?? 1);
