import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DomainError, hasVoucher, isFinished, isGivenBack, type Command } from '#domain';
import { uuidV7 } from '#platform';
import { judge } from './oracle/judge.js';
import { FaultRig } from './rig/fault-rig.js';
import { Scene } from './rig/scene.js';

const isWhole = process.env['HOLDFAST_FAULTS'] === 'whole';
const ROUNDS = isWhole ? 500 : 25;
/** Rounds whose holds run out together: few enough that the moments stay within milliseconds of what was meant. */
const AT_ONCE = 25;
const AROUND_MS = 5;

jest.setTimeout(isWhole ? 3_600_000 : 300_000);

type Rival = 'order' | 'commit' | 'release';

describe(`A delayed hold that runs out at the very moment (${ROUNDS} rounds each)`, () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open({ shop: {} });
    rig.startPump();
  });
  afterAll(() => rig.stop());

  it.each([
    { name: 'an order comes', rivals: ['order'] as const },
    { name: 'it is committed', rivals: ['commit'] as const },
    { name: 'it is released', rivals: ['release'] as const },
    { name: 'all of these come at once', rivals: ['order', 'commit', 'release'] as const },
  ])('is resolved once when $name', async ({ rivals }) => {
    const won = new Map<string, number>();
    const lies: string[] = [];
    for (let round = 0; round < ROUNDS; round += AT_ONCE) {
      const scenes = await Promise.all(Array.from({ length: AT_ONCE }, () => heldScene(rig)));
      const told = await Promise.all(scenes.map((scene) => race(scene, rivals)));
      for (const [i, scene] of scenes.entries()) {
        const { status, releaseReason, commitBasis, recoversRedemptionId: _ } = await scene.ended();
        const outcome = `${status}/${commitBasis ?? releaseReason ?? ''}`;
        won.set(outcome, (won.get(outcome) ?? 0) + 1);
        // Whoever was told that the commit stands has to find it standing.
        if (told[i]?.includes('commit') === true && status !== 'committed')
          lies.push(`${scene.key.redemptionId}: ${outcome}`);
      }
    }
    if (isWhole) console.log(rivals.join(' + '), Object.fromEntries(won));
    expect(lies).toEqual([]);
    expect(judge(await rig.evidence())).toEqual([]);
    expect([...won.values()].reduce((sum, one) => sum + one, 0)).toBe(ROUNDS);
  });
});

/** Beside other tests the voucher may need a while. */
const HOLD_SECONDS = isWhole ? 2n : 6n;

/** A hold with its voucher; one that ended, or came to a person, before it had one, on a machine that was busy with other things, is another story. */
async function heldScene(rig: FaultRig): Promise<Scene> {
  for (;;) {
    const scene = new Scene(rig, 'shop');
    await scene.redeem({ deduction: 'order', holdSeconds: HOLD_SECONDS, callSeconds: HOLD_SECONDS });
    const redemption = await scene.until((r) => hasVoucher(r) || isGivenBack(r) || r.flags.length > 0);
    if (hasVoucher(redemption)) return scene;
  }
}

/** Each rival speaks within five milliseconds of the hold's end, and so does the worker. @returns those that were told yes. */
async function race(scene: Scene, rivals: readonly Rival[]): Promise<readonly Rival[]> {
  const { reserveExpiresAt } = await scene.rig.redemption(scene.key);
  const endsMs = (reserveExpiresAt ?? 0) / 1_000;
  const around = () => sleep(Math.max(0, endsMs - Date.now() + (Math.random() * 2 - 1) * AROUND_MS));
  const worker = scene.rig.newWorker();
  const expires = around().then(async () => {
    for (let tries = 1; tries <= 20 && !isFinished(await scene.rig.redemption(scene.key)); tries += 1) {
      await worker.perform([{ ...scene.key, tries }]);
    }
  });
  const told = await Promise.all(
    rivals.map(async (rival) => {
      await around();
      return scene.say(command[rival]()).then(
        () => [rival],
        (error: unknown) => {
          if (error instanceof DomainError) return [];
          throw error;
        },
      );
    }),
  );
  await expires;
  return told.flat();
}

const command: Readonly<Record<Rival, () => Record<string, unknown> & { readonly type: Command['type'] }>> = {
  order: () => ({ type: 'ApplyOrder', orderId: `order-${uuidV7()}`, recoveryId: uuidV7() }),
  commit: () => ({ type: 'CommitRedemption', points: undefined, orderId: undefined, keyed: false }),
  release: () => ({ type: 'ReleaseRedemption' }),
};
