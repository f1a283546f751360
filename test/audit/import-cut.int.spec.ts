import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredCheckpoint } from '#ledger';
import { ExportRig } from './export-rig.js';

let rig: ExportRig;
let checkpoint: StoredCheckpoint;

beforeAll(async () => {
  rig = await ExportRig.open();
  checkpoint = (await rig.audit.seal())!.stored;
});
afterAll(() => rig.close());
beforeEach(() => rig.makeFolder());
afterEach(() => rig.removeFolder());

describe('An export that was cut down is found out', () => {
  it('when its checkpoint was taken away from an auditor who knows the key', async () => {
    await rig.export({ checkpoint });
    await rig.changeManifest(() => ({ checkpoint: null }));
    expect((await rig.import()).findings).toEqual([
      { where: 'checkpoint', expected: `a checkpoint signed by the key ${rig.audit.key.publicKey.id}`, found: 'none' },
    ]);
    expect((await rig.import(null)).findings).toEqual([]);
  });

  it('when one company’s part, with its path, is given out for all there is', async () => {
    await rig.export({ checkpoint, companyId: 2 });
    expect((await rig.import()).findings).toEqual([]);
    await rig.changeManifest(() => ({ companyId: null }));
    expect((await rig.import()).findings).toMatchObject([
      { where: 'checkpoint', found: 'a path of 2 steps' },
      {
        where: 'checkpoint',
        expected: '3 companies, 7 streams, 42 events',
        found: '1 companies, 3 streams, 18 events',
      },
    ]);
  });

  it('when it holds another company than it says', async () => {
    await rig.export({ checkpoint, companyId: 2 });
    await rig.changeManifest(() => ({ companyId: 3 }));
    const { findings } = await rig.import();
    expect(findings).toHaveLength(3);
    for (const finding of findings) {
      expect(finding).toMatchObject({ where: 'part-00001.ndjson', expected: 'events of company 3' });
    }
  });
});
