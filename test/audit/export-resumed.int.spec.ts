import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ExportRig } from './export-rig.js';

const FIRST_PART = 'part-00001.ndjson';

let rig: ExportRig;

beforeAll(async () => {
  rig = await ExportRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.makeFolder());
afterEach(() => rig.removeFolder());

describe('An export that is gone on with', () => {
  it.each([
    ['was changed', () => rig.changePart(FIRST_PART, (text) => text.replace('{"event":{', '{"event":'))],
    ['is missing', () => rm(join(rig.folder, FIRST_PART))],
    [
      'holds a line that is no event',
      async () => {
        await rig.changePart(FIRST_PART, (text) => `{}\n${text}`);
        const sha256 = createHash('sha256')
          .update(await readFile(join(rig.folder, FIRST_PART)))
          .digest('hex');
        await rig.changeManifest(({ parts }) => ({ parts: parts.with(0, { ...parts[0]!, sha256 }) }));
      },
    ],
  ])('is refused in one line when a part of it %s', async (_, damage) => {
    await rig.exportHalf();
    await damage();
    await expect(rig.export()).rejects.toThrow(`${FIRST_PART} in ${rig.folder} is not what was written`);
  });

  it('is refused whatever its lines are when a part of it was changed', async () => {
    await rig.exportHalf({ lines: 'csv' });
    await rig.changePart('part-00001.csv', (text) => text.replace('PointsEarned', 'PointsBurned'));
    await expect(rig.export({ lines: 'csv' })).rejects.toThrow('is not what was written');
  });

  it.each([
    { content: 'events', lines: 'ndjson' },
    { content: 'events', lines: 'csv' },
    { content: 'postings', lines: 'csv' },
    { content: 'postings', lines: 'ndjson' },
  ] as const)('has as many streams as one that was not interrupted: $content in $lines', async (asked) => {
    const { rows } = await rig.audit.pool.query<{ streams: number }>('SELECT count(*)::int AS streams FROM wallet');
    await rig.exportHalf(asked);
    expect(await rig.export(asked)).toMatchObject({ complete: true, streams: rows[0]!.streams });
    await rig.removeFolder();
    await rig.makeFolder();
    expect(await rig.export(asked)).toMatchObject({ complete: true, streams: rows[0]!.streams });
  });

  it('is refused after a restore, as its moment is none of the ledger’s', async () => {
    const { boundary } = await rig.exportHalf();
    const now = { epoch: 'restored', boundary };
    await expect(rig.export({ now })).rejects.toThrow(`restored after the export in ${rig.folder} was begun`);
  });

  it('is not begun as of a checkpoint from before a restore', async () => {
    const { stored } = (await rig.audit.seal({ evenIfUnchanged: true }))!;
    const now = { epoch: 'restored', boundary: String(stored.checkpoint.boundary) };
    await expect(rig.export({ now, checkpoint: stored })).rejects.toThrow(
      `restored after checkpoint ${stored.checkpoint.id}`,
    );
  });
});
