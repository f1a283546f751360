import type { LedgerCommand } from '#ledger';
import type { ConfiguredProvider, OutsideProvider, VoucherProvider } from '#vouchers';
import { SagaProcessor } from '../../../apps/worker/src/processor/saga-processor.js';
import type { WorkItem } from '../../../apps/worker/src/queues/saga-job.js';

/** Where a worker may die or freeze: around each call, and around the append of what came of it. */
export const FAIL_POINTS = [
  'before_issue',
  'after_issue',
  'before_find',
  'after_find',
  'before_cancel',
  'after_cancel',
  'before_record',
  'after_record',
] as const;
export type FailPoint = (typeof FAIL_POINTS)[number];

type SagaContext = ConstructorParameters<typeof SagaProcessor>[0];

export interface Failure {
  readonly at: FailPoint;
  /** `crash`: the process is gone. `freeze`: it stands still until it is thawed, its clock runs on. */
  readonly how: 'crash' | 'freeze';
}

const never = new Promise<never>(() => undefined);

/**
 * A worker process as an object: the worker's own processor, whose ledger and providers are held up at one point of a case. A crashed one does
 * nothing any more, whatever its promises were waiting for; a frozen one goes on where it stood.
 */
export class FaultWorker {
  /** Resolves when the point has been reached. */
  readonly struck: Promise<void>;
  private readonly processor: SagaProcessor;
  private strike: () => void = () => undefined;
  private thawed: Promise<void> = Promise.resolve();
  thaw: () => void = () => undefined;
  state: 'running' | 'crashed' | 'frozen' = 'running';
  private hasStruck = false;

  constructor(
    context: SagaContext,
    private readonly failure?: Failure,
  ) {
    this.struck = new Promise((resolve) => (this.strike = resolve));
    this.processor = new SagaProcessor({
      ...context,
      ledger: { execute: (command) => this.execute(context, command) },
      providers: { resolve: async (ref) => this.held(await context.providers.resolve(ref)) },
      sagaWork: {
        backOff: async (items) => {
          await this.alive();
          return context.sagaWork.backOff(items);
        },
      },
    });
  }

  /** Resolves when the job is done, or when the worker is dead or frozen. */
  async perform(items: readonly WorkItem[]): Promise<void> {
    if (this.state !== 'running') return;
    await Promise.race([this.processor.perform(items).catch(() => undefined), this.struck]);
  }

  private async execute(context: SagaContext, command: LedgerCommand) {
    const isRecord = command.command.type.startsWith('Record');
    if (isRecord) await this.reach('before_record');
    await this.alive();
    const executed = await context.ledger.execute(command);
    if (isRecord) await this.reach('after_record');
    await this.alive();
    return executed;
  }

  private held(configured: ConfiguredProvider): ConfiguredProvider {
    if (configured.reach === 'local') return configured;
    const { provider } = configured;
    const around = async <Outcome>(call: keyof VoucherProvider, ask: () => Promise<Outcome>): Promise<Outcome> => {
      await this.alive();
      await this.reach(`before_${call}`);
      const outcome = await ask();
      await this.reach(`after_${call}`);
      await this.alive();
      return outcome;
    };
    const held: OutsideProvider = {
      ...configured,
      provider: {
        issue: (request, limits) => around('issue', () => provider.issue(request, limits)),
        find: (key, limits) => around('find', () => provider.find(key, limits)),
        cancel: (key, limits) => around('cancel', () => provider.cancel(key, limits)),
      },
    };
    return held;
  }

  private async reach(point: FailPoint): Promise<void> {
    if (this.failure?.at !== point || this.hasStruck) return;
    this.hasStruck = true;
    this.state = this.failure.how === 'crash' ? 'crashed' : 'frozen';
    if (this.failure.how === 'freeze') {
      this.thawed = new Promise((resolve) => {
        this.thaw = () => {
          this.state = 'running';
          resolve();
        };
      });
    }
    this.strike();
    await this.alive();
  }

  private alive(): Promise<void> {
    if (this.state === 'crashed') return never;
    return this.state === 'frozen' ? this.thawed : Promise.resolve();
  }
}
