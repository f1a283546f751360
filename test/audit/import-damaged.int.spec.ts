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

  it('names an event whose wallet is none, and goes on behind it', async () => {
    const { parts, events } = await rig.export();
    const { walletId } = parts[0]!.last;
    await rig.changePart(parts[0]!.file, (text) => text.replace(`"${walletId}"`, `"${walletId.slice(0, -2)}gg"`));
    const found = await rig.import();
    expect(found.findings).toContainEqual({
      where: parts[0]!.file,
      expected: 'an event that can be read',
      found: 'walletId should be a UUID',
    });
    expect(found.events).toBe(events - 1);
  });
});
