import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventLine } from './lines.js';
import { readPart } from './part-reader.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-part-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('A part is read as it was written, whatever signs a caller’s text holds', async () => {
  const written = ['a\u2028b', 'c\u2029d', 'e\u0085f', 'g\rh'].map((note) => ({
    body: `{"note":"${note}"}`,
    hash: 'ab'.repeat(32),
  }));
  const part = {
    file: 'part-00001.ndjson',
    events: 4,
    lines: 4,
    sha256: '',
    last: { companyId: 1, walletId: '', version: '' },
  };
  await writeFile(join(folder, part.file), written.map((event) => `${eventLine(event)}\n`).join(''));
  const read: unknown[] = [];
  expect(await readPart(folder, part, (event) => read.push(event))).toMatchObject({ events: 4, badLine: undefined });
  expect(read).toEqual(written);
});
