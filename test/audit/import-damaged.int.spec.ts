import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ExportRig } from './export-rig.js';

let rig: ExportRig;

beforeAll(async () => {
  rig = await ExportRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.makeFolder());
afterEach(() => rig.removeFolder());

describe('The import of a damaged export', () => {
  it('names a part that is missing, and reads the others', async () => {
    const { parts } = await rig.export();
    const [missing, ...others] = parts;
    await rm(join(rig.folder, missing!.file));
    const { events, findings } = await rig.import();
    expect(findings[0]).toEqual({
      where: missing!.file,
      expected: `SHA-256 ${missing!.sha256}`,
      found: 'no such file',
    });
    expect(events).toBe(others.reduce((sum, part) => sum + part.events, 0));
  });
});
