import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeCheckpoint } from '#domain';
import type { ShownCheckpoint } from '#ledger';
import { createLogger, PublicKey, Secret, type CheckpointConfig } from '#platform';
import { CheckpointSealer } from '../../apps/worker/src/checkpoints/checkpoint-sealer.js';
import { earn } from '../support/ledger/ledger-rig.js';
import { AuditRig } from './audit-rig.js';

let rig: AuditRig;
let folder: string;
let walletId: string;

beforeAll(async () => {
  rig = await AuditRig.open();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-checkpoints-'));
  walletId = await rig.ledger.walletWith(1, 'a', 1n);
  await rig.settled();
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

function sealer(change: Partial<CheckpointConfig>): CheckpointSealer {
  const url = new Secret(rig.connectionString);
  return new CheckpointSealer({
    database: { url, directUrl: url, migrateUrl: url, throughPooler: false, prepared: true, poolMax: 2 },
    checkpoint: { key: rig.key, everySeconds: 3_600, file: undefined, url: undefined, ...change },
    logger: createLogger({ app: 'test', level: 'silent' }),
  });
}

async function sealed(): Promise<number> {
  const { rows } = await rig.pool.query<{ count: string }>('SELECT count(*) FROM checkpoint');
  return Number(rows[0]!.count);
}

describe('A worker that seals', () => {
  it('hands each checkpoint on to a file and an address, signed', async () => {
    const posted: ShownCheckpoint[] = [];
    let refusals = 1;
    const archive = createServer((request, response) => {
      void text(request).then((body) => {
        response.statusCode = refusals-- > 0 ? 503 : 204;
        if (response.statusCode === 204) posted.push(JSON.parse(body) as ShownCheckpoint);
        expect(request.headers.authorization).toBe(`Basic ${Buffer.from('ada:p w').toString('base64')}`);
        response.end();
      });
    });
    await new Promise<void>((resolve) => archive.listen(0, '127.0.0.1', resolve));
    const { port } = archive.address() as AddressInfo;
    const file = join(folder, 'checkpoints.ndjson');
    const url = new Secret(`http://ada:p%20w@127.0.0.1:${port}/in`);
    const worker = sealer({ file, url });
    await worker.look();
    await worker.stop();
    await new Promise((resolve) => archive.close(resolve));

    const [line = '', rest] = (await readFile(file, 'utf8')).split('\n');
    expect(rest).toBe('');
    const shown = JSON.parse(line) as ShownCheckpoint;
    expect(posted).toEqual([shown]);
    expect(decodeCheckpoint(shown.body)).toMatchObject({ id: 1n, streams: 1n, events: 2n });
    const key = PublicKey.parse(shown.publicKey);
    expect(key.verifies(shown.body, Buffer.from(shown.signature, 'base64'))).toBe(true);
  });

  it('makes one checkpoint in each interval, however many workers there are', async () => {
    await rig.ledger.run(1, walletId, earn(1n));
    await rig.settled();
    const before = await sealed();
    const early = sealer({});
    await early.look();
    expect(await sealed()).toBe(before);
    const due = [sealer({ everySeconds: 0 }), sealer({ everySeconds: 0 })];
    await Promise.all(due.map((worker) => worker.look()));
    expect(await sealed()).toBe(before + 1);
    await Promise.all([early, ...due].map((worker) => worker.stop()));
  });

  it('seals by itself once it is started', async () => {
    await rig.ledger.run(1, walletId, earn(1n));
    await rig.settled();
    const before = await sealed();
    const worker = sealer({ everySeconds: 1 });
    worker.start();
    while ((await sealed()) === before) await new Promise((resolve) => setTimeout(resolve, 50));
    await worker.stop();
  });

  it('goes on when it can’t hand on, and does nothing without a key or when it is turned off', async () => {
    await rig.ledger.run(1, walletId, earn(1n));
    await rig.settled();
    const before = await sealed();
    const unable = sealer({ everySeconds: 0, file: join(folder, 'no', 'such', 'folder') });
    await unable.look();
    expect(await sealed()).toBe(before + 1);
    await rig.ledger.run(1, walletId, earn(1n));
    await rig.settled();
    const idle = [sealer({ key: undefined }), sealer({ everySeconds: 0 })];
    for (const worker of idle) worker.start();
    await Promise.all([unable, ...idle].map((worker) => worker.stop()));
    expect(await sealed()).toBe(before + 1);
  });
});
