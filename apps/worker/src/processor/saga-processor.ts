import { nextStep, type Step } from '#domain';
import type { BackOff, LoadedRedemption, RedemptionKey } from '#ledger';
import { gathered } from '#platform';
import type { WorkItem } from '../queues/saga-job.js';
import { advanceRedemption } from './advance-redemption.js';
import { passes } from './execute-saga-command.js';
import { pauseMs, spread } from './pacing.js';
import { performSteps, type Pause } from './perform-steps.js';
import type { SagaContext } from './saga-context.js';

/**
 * Looks at redemptions: loads all of a job in one query, performs what each owes, and notes the pauses that come up together in one statement.
 * They run side by side, so the ledger commits those that need nobody outside as one group, and the trouble of one is its own: none waits for
 * another's provider to have its pause noted.
 */
export class SagaProcessor {
  private readonly pause = gathered(async (pauses: readonly BackOff[]) => {
    await this.backOff(pauses);
    return [];
  });

  constructor(private readonly context: SagaContext) {}

  /**
   * @param turns where not all may be worked on at once: calls each when it is its turn. Unset: at once.
   * @throws when the redemptions can't be loaded; their leases run out and they are due again.
   */
  async perform(items: readonly WorkItem[], turns: Turns = atOnce): Promise<void> {
    const { reader, counts, logger } = this.context;
    const tries = new Map(items.map((item) => [keyOf(item), item.tries]));
    const wanted = items.length === tries.size ? items : uniqueOf(items);
    const loaded = await reader.load(wanted);
    const absent = missing(wanted, loaded).map((item) => {
      logger.error(idOf(item), 'Work is due for a redemption that is not on record; rebuild the projections.');
      counts.troubles += 1;
      return this.pause(this.pauseOf(item, item.tries));
    });
    const traceIds = await this.context.traces?.traceIds(loaded);
    const performed = loaded.map(async (one) => {
      const itsTries = tries.get(keyOf(idsOf(one))) ?? 1;
      const pause = await turns(() => this.performOne(one, itsTries, traceIds?.get(one.redemption.id)));
      if (pause !== undefined) await this.pause(pause);
    });
    await Promise.all([...absent, ...performed]);
  }

  /**
   * Performs only what needs nobody outside, such as the end of a hold: what stands in line for a slow provider need not wait there for it.
   * @throws when the redemptions can't be loaded.
   */
  async performUnaided(items: readonly WorkItem[]): Promise<void> {
    const { reader, now } = this.context;
    const loaded = await reader.load(uniqueOf(items));
    const own = loaded.filter(({ redemption }) => needsNobody(nextStep(redemption, now())));
    await Promise.all(own.map((one) => this.attended(one, 1, () => advanceRedemption(this.context, one))));
  }

  private async performOne(
    loaded: LoadedRedemption,
    tries: number,
    traceId: string | undefined,
  ): Promise<BackOff | undefined> {
    const { traces } = this.context;
    let pause: Pause | undefined;
    const perform = () => performSteps(this.context, loaded, tries);
    const trouble = await this.attended(loaded, tries, async () => {
      pause = await (traces === undefined ? perform() : traces.look(loaded, { traceId, tries }, perform));
    });
    return trouble ?? (pause === undefined ? undefined : { ...idsOf(loaded), ...pause });
  }

  /** The trouble of one redemption is its own. @returns how long to leave it alone for that. */
  private async attended(
    loaded: LoadedRedemption,
    tries: number,
    work: () => Promise<unknown>,
  ): Promise<BackOff | undefined> {
    const key = idsOf(loaded);
    const { counts, logger } = this.context;
    try {
      await work();
      counts.lastProgressMs = performance.now();
      return undefined;
    } catch (error) {
      counts.troubles += 1;
      if (passes(error)) {
        logger.warn({ err: error, ...idOf(key) }, 'The database could not be had; the redemption is due again soon.');
        return undefined;
      }
      // A bug, or data that should not be: it must not spin, and it must not stop the others.
      counts.lastProgressMs = performance.now();
      logger.error({ err: error, ...idOf(key), tries }, 'A redemption could not be advanced; it is tried again later.');
      return this.pauseOf(key, tries);
    }
  }

  private pauseOf({ companyId, redemptionId }: RedemptionKey, tries: number): BackOff {
    const pacing = { ...this.context.tuning, callsAllowed: false };
    return { companyId, redemptionId, delayMs: spread(pauseMs(tries, pacing)), tries };
  }

  private async backOff(pauses: readonly BackOff[]): Promise<void> {
    try {
      await this.context.sagaWork.backOff(pauses);
    } catch (error) {
      this.context.logger.warn(
        { err: error },
        'Pauses could not be noted; the redemptions are due when their leases run out.',
      );
    }
  }
}

function needsNobody({ kind }: Step): boolean {
  return kind === 'fail' || kind === 'start_release' || kind === 'release' || kind === 'release_declined';
}

/** Does a piece of work when its turn comes; undefined where that doesn't happen any more. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T | undefined>;

const atOnce: Turns = (work) => work();

function idsOf({ companyId, redemption }: LoadedRedemption): RedemptionKey {
  return { companyId, redemptionId: redemption.id };
}

function keyOf({ companyId, redemptionId }: RedemptionKey): string {
  return `${companyId}:${redemptionId}`;
}

function idOf({ companyId, redemptionId }: RedemptionKey): { companyId: number; redemptionId: string } {
  return { companyId, redemptionId };
}

function uniqueOf(items: readonly WorkItem[]): readonly WorkItem[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function missing(wanted: readonly WorkItem[], loaded: readonly LoadedRedemption[]): readonly WorkItem[] {
  if (loaded.length === wanted.length) return [];
  const found = new Set(loaded.map((one) => keyOf(idsOf(one))));
  return wanted.filter((item) => !found.has(keyOf(item)));
}
