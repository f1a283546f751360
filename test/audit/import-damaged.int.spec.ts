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

  it.each([
    ['body', '{', 'a checkpoint that can be read'],
    ['publicKey', 'c2hvcnQ=', 'a public key of 32 bytes'],
    ['signature', 'c2hvcnQ=', 'a signature by the key'],
  ] as const)(
    'names the %s of a checkpoint that can’t be read, and gives the balances',
    async (field, damage, expected) => {
      const sealed = await rig.audit.seal({ evenIfUnchanged: true });
      await rig.export({ checkpoint: sealed!.stored });
      await rig.changeManifest(({ checkpoint }) => ({ checkpoint: { ...checkpoint!, [field]: damage } }));
      const { findings, balances } = await rig.import(null);
      expect(findings).toContainEqual({
        where: 'checkpoint',
        expected: expect.stringContaining(expected),
        found: expect.any(String),
      });
      expect(balances).toHaveLength(3);
    },
  );
});
