import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, isFinished, type Redemption, type RequestRedemption } from '#domain';
import type { RedemptionKey } from '#ledger';
import { uuidV7 } from '#platform';
import { applies, type CallMode, type CallName, type PlannedCalls } from '../../support/provider/index.js';
import { Deliverer } from '../rig/deliverer.js';
import { TIMEOUT_MS, type FaultRig } from '../rig/fault-rig.js';
import type { TableCase } from './table-case.js';
import { answers, PROVIDERS } from './table-rows.js';

/** Later than its call's deadline, and later than the hold of a case that waits for its expiry. */
const LATE_MS = TIMEOUT_MS + 1_100;
/** Many times what a case takes: on a machine that does other things a case that goes on is not one that is stuck. */
const CASE_LIMIT_MS = 180_000;
/** Where the fault befalls no call, the case goes on all the same. */
const STRUCK_MS = 10_000;
/** A redemption that was brought to a person is left alone when nothing more has happened for so long. */
const FLAGGED_MS = 2_500;
/** Enough to last until a hold of one second has expired. */
const STRIKES_UNTIL_EXPIRY = 8;

export interface CaseResult {
  readonly key: RedemptionKey;
  /** The worker did die at the case's point. */
  readonly crashed: boolean;
  /** A call was struck with the row's mode. */
  readonly struck: boolean;
  readonly ended: boolean;
}

/** Plays one case to its end: until the redemption has finished, or stays with a person. */
export async function runCase(rig: FaultRig, one: TableCase): Promise<CaseResult> {
  const scene = new Scene(rig, one);
  const key = await play[one.moment](scene);
  const ended = await scene.ends(key);
  return { key, crashed: scene.crashed, struck: scene.wasStruck(), ended };
}

class Scene {
  readonly redemptionId = uuidV7();
  readonly deliverer: Deliverer;
  private readonly provider;
  private readonly watched;

  constructor(
    readonly rig: FaultRig,
    readonly one: TableCase,
  ) {
    const { crash, delivery, moment } = one;
    const failure = crash === 'none' ? undefined : ({ at: crash, how: 'crash' } as const);
    // After the cancel it is the frozen worker's successor that dies.
    this.deliverer = new Deliverer(
      rig,
      delivery,
      moment === 'after cancel' ? { at: 'before_record', how: 'freeze' } : failure,
    );
    this.provider = one.row.provider;
    this.watched = this.deliverer.worker;
  }

  get mode(): CallMode {
    return this.one.row.mode;
  }

  get isDown(): boolean {
    return this.provider === 'nobody there';
  }

  get canCancel(): boolean {
    return this.provider !== 'without cancel';
  }

  get frozen() {
    return this.watched;
  }

  successorCrash: { readonly state: string } | undefined;

  get crashed(): boolean {
    return this.watched.state === 'crashed' || this.successorCrash?.state === 'crashed';
  }

  /** Lets the row's mode befall the next calls of a kind, where it means something for them. */
  strike(call: CallName, times = 1): void {
    if (applies(this.mode, call)) this.plan({ call, mode: this.mode, times });
  }

  plan(planned: Omit<PlannedCalls, 'key'>): void {
    if (this.isDown) return;
    this.rig.simulator(this.provider).plan({ delayMs: LATE_MS, ...planned, key: this.redemptionId });
  }

  async redeem(change: Partial<RequestRedemption>): Promise<RedemptionKey> {
    const { redemptionId, provider, isDown, deliverer } = this;
    const brief = isDown ? { callSeconds: 1n, holdSeconds: 1n } : {};
    // A provider that cannot take a voucher back is refused for delayed deduction.
    const deduction = this.canCancel ? change.deduction : 'immediate';
    const full = { ...brief, ...change, redemptionId, ...(deduction === undefined ? {} : { deduction }) };
    return (await this.rig.redeem(provider, full, deliverer.deliver)).key;
  }

  /** Asks for the release until it is accepted, or refused for good. */
  async release(key: RedemptionKey): Promise<void> {
    const [loaded] = await this.rig.api.reader.load([key]);
    if (loaded === undefined) return;
    const command = { type: 'ReleaseRedemption', redemptionId: key.redemptionId } as const;
    await this.rig.api.run(key.companyId, loaded.walletId, command).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
    });
  }

  async ends(key: RedemptionKey): Promise<boolean> {
    let flaggedSinceMs: number | undefined;
    let version = 0n;
    const ended = await this.rig.reaches(
      key,
      (r) => {
        if (isFinished(r)) return true;
        if (r.flags.length === 0 || r.lastVersion !== version) flaggedSinceMs = undefined;
        version = r.lastVersion;
        if (r.flags.length > 0) flaggedSinceMs ??= performance.now();
        return flaggedSinceMs !== undefined && performance.now() - flaggedSinceMs > FLAGGED_MS;
      },
      CASE_LIMIT_MS,
    );
    // What is still on its way at the provider arrives before anybody judges.
    if (this.mode === 'late' || this.one.moment === 'retry') await sleep(LATE_MS + TIMEOUT_MS);
    return ended;
  }

  wasStruck(): boolean {
    if (this.isDown) return true;
    const seen = this.rig.simulator(this.provider).seen();
    return seen.some(({ key, mode }) => key === this.redemptionId && mode === this.mode);
  }
}

const called = (r: Redemption) => r.calls.attempts > 0;

const play: Readonly<Record<TableCase['moment'], (scene: Scene) => Promise<RedemptionKey>>> = {
  'first try': (scene) => {
    scene.strike('issue');
    scene.strike('find');
    return scene.redeem({});
  },

  /** The first request is still on its way when the second is made, and may arrive after all is over. */
  retry: (scene) => {
    scene.plan({ call: 'issue', mode: 'late' });
    scene.strike('issue');
    scene.strike('find');
    return scene.redeem({});
  },

  /** Nothing is known before the hold is over; or the voucher is there, and the order never comes. */
  'after expiry': (scene) => {
    const brief = { callSeconds: 1n, holdSeconds: 1n } as const;
    if (answers(scene.mode)) {
      scene.strike('issue');
      scene.strike('cancel');
      return scene.redeem({ ...brief, deduction: 'order' });
    }
    scene.strike('issue', STRIKES_UNTIL_EXPIRY);
    scene.plan({ call: 'find', mode: 'unavailable', times: STRIKES_UNTIL_EXPIRY });
    scene.strike('cancel', 2);
    return scene.redeem(brief);
  },

  /** The caller gives it up while the provider is at it. */
  'during release': async (scene) => {
    scene.strike('issue');
    scene.plan({ call: 'find', mode: 'unavailable', times: 3 });
    scene.strike('cancel', 2);
    const key = await scene.redeem({ deduction: 'order' });
    await scene.rig.reaches(key, called, STRUCK_MS);
    await scene.release(key);
    return key;
  },

  /** A worker froze with the answer in its hand; another one released; then it wakes up and brings the voucher. */
  'after cancel': async (scene) => {
    const { one, rig, deliverer, frozen } = scene;
    scene.strike('issue');
    const key = await scene.redeem({ deduction: 'order' });
    await Promise.race([frozen.struck, rig.reaches(key, isFinished, STRUCK_MS)]);
    const crash = one.crash === 'none' ? undefined : ({ at: one.crash, how: 'crash' } as const);
    scene.successorCrash = deliverer.replaceWorker(crash);
    await scene.release(key);
    await rig.reaches(key, (r) => isFinished(r) || r.flags.length > 0, 4_000);
    scene.strike('cancel', 2);
    frozen.thaw();
    return key;
  },
};

export function isKnownProvider(name: string): name is keyof typeof PROVIDERS {
  return name in PROVIDERS;
}
