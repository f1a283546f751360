import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { proveRedemption, RedemptionReader, type RedemptionProof } from '#ledger';
import { createPrepare, sha256, SigningKey } from '#platform';
import { AuditRig, SIGNING_KEY } from './audit-rig.js';

const SCRIPT = resolve('scripts/verify-proof.mjs');
const PUBLIC_KEY = String(SigningKey.parse(SIGNING_KEY).publicKey);

let rig: AuditRig;
let folder: string;
let proof: RedemptionProof;
let redemptionId: string;

async function prove(companyId: number, id: string): Promise<RedemptionProof | undefined> {
  const reader = new RedemptionReader(rig.pool, createPrepare({ prepared: true }));
  const [found] = await reader.load([{ companyId, redemptionId: id }]);
  const { walletId, redemption } = found!;
  return proveRedemption(rig.pool, sha256, { companyId, redemptionId: id, walletId, ...redemption });
}

beforeAll(async () => {
  rig = await AuditRig.open();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-proof-'));
  for (const n of [1, 2, 3, 4, 5, 6]) await rig.redeemed(1 + (n % 3), `c${n}`);
  ({ redemptionId } = await rig.redeemed(2, 'proven'));
  await rig.seal();
  await rig.redeemed(2, 'later');
  await rig.redeemed(9, 'later');
  await rig.seal();
  proof = (await prove(2, redemptionId))!;
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

/** What the script prints, run away from the repository with nothing beside it. */
async function verify(json: unknown, key = PUBLIC_KEY): Promise<{ code: number; out: string; err: string }> {
  const file = join(folder, 'proof.json');
  await writeFile(file, typeof json === 'string' ? json : JSON.stringify(json));
  return new Promise((done) => {
    execFile(process.execPath, [SCRIPT, file, key], { cwd: folder, env: {} }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('A proof', () => {
  it('has the events in their order, also where versions begin to have more digits', async () => {
    const redeemed = [];
    for (let n = 0; n < 4; n++) redeemed.push(await rig.redeemed(3, 'long'));
    await rig.seal();
    for (const { redemptionId: id } of redeemed) {
      expect(await verify(await prove(3, id))).toMatchObject({ code: 0, err: '' });
    }
  });

  it('is believed by a script that knows the public key and nothing else', async () => {
    const { code, out, err } = await verify(proof);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Valid: redemption ${redemptionId} of company 2`);
    expect(out).toMatch(/RedemptionRequested[^]+PointsReserved[^]+VoucherIssued[^]+RedemptionCommitted/);
    // As the call over HTTP wraps it.
    expect((await verify({ data: proof }, Buffer.from(PUBLIC_KEY, 'base64').toString('hex'))).code).toBe(0);
  });

  it('of any checkpoint holds ever after: a redemption is proven by the first that covers it', async () => {
    expect(JSON.parse(proof.checkpoint.body)).toMatchObject({ id: '1' });
    const later = await rig.redeemed(2, 'latest');
    expect(await prove(2, later.redemptionId)).toBeUndefined();
    await rig.seal();
    expect((await verify((await prove(2, later.redemptionId))!)).code).toBe(0);
    expect(await prove(2, redemptionId)).toEqual(proof);
  });

  it('is refused with another key, and whatever byte of it is another', async () => {
    const other = await verify(proof, String(SigningKey.parse('03'.repeat(31) + '04').publicKey));
    expect([other.code, other.err]).toEqual([1, 'Not valid: the checkpoint is not signed by this key.\n']);

    const flipped = (text: string, at: number): string =>
      text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
    const event = proof.events[1]!;
    const forged: object[] = [
      { ...proof, previousHash: flipped(proof.previousHash, 5) },
      { ...proof, events: proof.events.slice(1) },
      { ...proof, events: [...proof.events].reverse() },
      { ...proof, events: proof.events.with(1, flipped(event, event.indexOf('eventId') + 12)) },
      { ...proof, events: proof.events.with(1, event.replace('"points":"10"', '"points":"11"')) },
      { ...proof, head: { ...proof.head, hash: flipped(proof.head.hash, 9) } },
      { ...proof, head: { ...proof.head, version: String(BigInt(proof.head.version) + 1n) } },
      { ...proof, walletId: flipped(proof.walletId, 3) },
      { ...proof, companyId: 3 },
      { ...proof, redemptionId: flipped(redemptionId, 30) },
      { ...proof, path: proof.path.slice(0, -1) },
      { ...proof, path: proof.path.with(0, { ...proof.path[0]!, hash: flipped(proof.path[0]!.hash, 0) }) },
      { ...proof, checkpoint: { ...proof.checkpoint, body: proof.checkpoint.body.replace('"id":"1"', '"id":"2"') } },
      { ...proof, checkpoint: { ...proof.checkpoint, signature: flipped(proof.checkpoint.signature, 4) } },
    ];
    const answers = await Promise.all(forged.map((one) => inFolder(one)));
    expect(answers.map(({ code }) => code)).toEqual(forged.map(() => 1));
    expect(answers.every(({ err }) => err.startsWith('Not valid: '))).toBe(true);
    expect((await verify('not json')).err).toMatch(/^Not valid: it can't be read/);
  });

  let files = 0;
  async function inFolder(json: object): Promise<{ code: number; err: string }> {
    const file = join(folder, `forged-${++files}.json`);
    await writeFile(file, JSON.stringify(json));
    return new Promise((done) => {
      execFile(process.execPath, [SCRIPT, file, PUBLIC_KEY], { cwd: folder, env: {} }, (error, _, err) => {
        done({ code: error === null ? 0 : Number(error.code), err });
      });
    });
  }
});
