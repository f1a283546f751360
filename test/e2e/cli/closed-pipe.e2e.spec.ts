import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeManifest } from '../../../apps/cli/src/audit/export/manifest.js';
import { runCliUnread } from './cli-rig.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-export-'));
  await writeManifest(folder, {
    format: 'holdfast-export/1',
    content: 'events',
    lines: 'ndjson',
    companyId: null,
    epoch: 'none',
    boundary: '1',
    checkpoint: null,
    path: [],
    parts: [],
    complete: false,
    events: 0,
    streams: 0,
    root: null,
  });
});
afterAll(() => rm(folder, { recursive: true }));

it('A command ends with its own exit code though nobody reads what it prints', async () => {
  expect(await runCliUnread(['audit', 'import', folder, '--json'], {})).toEqual({ exitCode: 2, err: '' });
});
