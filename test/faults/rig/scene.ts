import { expect } from '@jest/globals';
import { isFinished, type Command, type Redemption, type RequestRedemption } from '#domain';
import type { RedemptionKey } from '#ledger';
import { uuidV7 } from '#platform';
import type { KeyTruth, PlannedCalls, ProviderSimulator } from '../../support/provider/index.js';
import { judge } from '../oracle/judge.js';
import { Deliverer } from './deliverer.js';
import type { FaultRig } from './fault-rig.js';
import type { Failure } from './fault-worker.js';

/** One redemption of one customer with 100 points at one provider, and what a test may do about it. */
export class Scene {
  readonly key: RedemptionKey;
  readonly deliverer: Deliverer;
  private walletId = '';

  constructor(
    readonly rig: FaultRig,
    private readonly provider: string,
    failure?: Failure,
  ) {
    this.key = { companyId: rig.companyId, redemptionId: uuidV7() };
    this.deliverer = new Deliverer(rig, 'once', failure);
  }

  get shop(): ProviderSimulator {
    return this.rig.simulator(this.provider);
  }

  plan(planned: Omit<PlannedCalls, 'key'>): this {
    this.shop.plan({ ...planned, key: this.key.redemptionId });
    return this;
  }

  async redeem(change: Partial<RequestRedemption> = {}): Promise<void> {
    const { redemptionId } = this.key;
    const { walletId } = await this.rig.redeem(this.provider, { ...change, redemptionId }, this.deliverer.deliver);
    this.walletId = walletId;
  }

  say(command: Record<string, unknown> & { readonly type: Command['type'] }): Promise<unknown> {
    const { companyId, redemptionId } = this.key;
    return this.rig.api.run(companyId, this.walletId, { redemptionId, ...command } as unknown as Command);
  }

  release(): Promise<unknown> {
    return this.say({ type: 'ReleaseRedemption' });
  }

  async until(isSo: (r: Redemption) => boolean): Promise<Redemption> {
    const reached = await this.rig.reaches(this.key, isSo);
    const redemption = await this.rig.redemption(this.key);
    if (!reached) expect(redemption).toBe('what the test waits for');
    return redemption;
  }

  /** Until nothing is left to do. */
  ended(): Promise<Redemption> {
    return this.until(isFinished);
  }

  /** Until its voucher is there. */
  issued(): Promise<Redemption> {
    return this.until(({ voucher }) => voucher.state === 'issued');
  }

  /** What the provider knows of it. */
  get truth(): KeyTruth | undefined {
    return this.shop.truth(this.key.redemptionId);
  }

  /** The calls that came in for it, in order. */
  get calls(): readonly string[] {
    return this.shop.seen().flatMap(({ key, call }) => (key === this.key.redemptionId ? [call] : []));
  }

  /** The code the provider gave, used by a shopper. */
  use(): Promise<string> {
    return this.shop.use(this.truth?.vouchers[0]?.code ?? 'none');
  }

  story(): Promise<readonly string[]> {
    return this.rig.story(this.key);
  }

  /** What the oracle has against this redemption. */
  async findings(): Promise<readonly string[]> {
    const findings = judge(await this.rig.evidence());
    return findings.filter((finding) => finding.includes(this.key.redemptionId) || finding.includes(this.walletId));
  }
}
