import type { PendingCommand } from './pending-command.js';

/** After this many groups without its lock a wallet is waited for. */
const MISSES_MAX = 3;

export interface LaneOptions {
  readonly groupMax: number;
  readonly groupBy: 'any' | 'company';
  readonly run: (group: readonly PendingCommand[], waitForLocks: boolean) => Promise<readonly PendingCommand[]>;
  readonly onAbandoned: (command: PendingCommand) => void;
}

/**
 * A waiting line with one group at a time in the database. A wallet always maps to the same lane, so that its commands keep
 * their order; while a group is away, the next one gathers.
 */
export class Lane {
  private waiting: PendingCommand[] = [];
  private running = false;

  constructor(private readonly options: LaneOptions) {}

  get length(): number {
    return this.waiting.length;
  }

  add(command: PendingCommand): void {
    this.waiting.push(command);
    if (this.running) return;
    this.running = true;
    // Commands that arrive in the same turn of the event loop make one group.
    setImmediate(() => void this.drain());
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const patient = (this.waiting[0] as PendingCommand).missed >= MISSES_MAX;
      const group = this.take(patient);
      if (group.length === 0) continue;
      const deferred = await this.options.run(group, patient);
      if (deferred.length > 0) this.waiting = [...deferred, ...this.waiting];
    }
    this.running = false;
  }

  /** The next group from the head of the line: of one company where that is asked for, and of missed wallets alone where the first is one. */
  private take(patient: boolean): readonly PendingCommand[] {
    const group: PendingCommand[] = [];
    const left: PendingCommand[] = [];
    const company = this.waiting[0]?.companyId;
    for (const command of this.waiting) {
      if (command.signal?.aborted === true && !command.inDoubt) {
        this.options.onAbandoned(command);
      } else if (
        group.length < this.options.groupMax &&
        command.missed >= MISSES_MAX === patient &&
        (this.options.groupBy === 'any' || command.companyId === company)
      ) {
        group.push(command);
      } else {
        left.push(command);
      }
    }
    this.waiting = left;
    return group;
  }
}
