import type { DueRedemption } from '#ledger';
import type { FaultRig } from './fault-rig.js';
import type { Failure, FaultWorker } from './fault-worker.js';

const HELD_BACK_MS = 120;

/** Brings one redemption's jobs to its workers in one of the ways a queue may; a worker that has died is replaced by a fresh one. */
export class Deliverer {
  private current: FaultWorker;
  private heldBack: DueRedemption | undefined;

  constructor(
    private readonly rig: FaultRig,
    private readonly way: 'once' | 'twice' | 'out of order',
    failure?: Failure,
  ) {
    this.current = rig.newWorker(failure);
  }

  get worker(): FaultWorker {
    return this.current;
  }

  /** The next job goes to a worker with this in store for it. */
  replaceWorker(failure?: Failure): FaultWorker {
    return (this.current = this.rig.newWorker(failure));
  }

  readonly deliver = (item: DueRedemption): void => {
    if (this.way === 'out of order') this.outOfOrder(item);
    else this.bring(item, this.way === 'twice');
  };

  private bring(item: DueRedemption, twice: boolean): void {
    if (this.current.state !== 'running') this.replaceWorker();
    const worker = this.current;
    void worker.perform([item]);
    if (!twice) return;
    // Another process has the same job at the same time, and once more afterwards.
    const other = this.rig.newWorker();
    void other.perform([item, item]).then(() => other.perform([item]));
  }

  /** A job is held back until a later one has been brought; when none comes, it comes late. */
  private outOfOrder(item: DueRedemption): void {
    const earlier = this.heldBack;
    if (earlier !== undefined) {
      this.heldBack = undefined;
      this.bring(item, false);
      this.bring(earlier, false);
      return;
    }
    this.heldBack = item;
    setTimeout(() => {
      if (this.heldBack !== item) return;
      this.heldBack = undefined;
      this.bring(item, false);
    }, HELD_BACK_MS);
  }
}
