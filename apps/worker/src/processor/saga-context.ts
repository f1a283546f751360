import type { Instant, Step } from '#domain';
import type { Ledger, RedemptionReader, SagaWork } from '#ledger';
import type { Logger, VoucherCodes } from '#platform';
import type { ProviderRegistry } from '#vouchers';
import type { SagaTraces } from '../metrics/saga-traces.js';
import type { WorkerCounts } from '../worker-counts.js';
import type { WorkerTuning } from '../worker-tuning.js';
import type { AmbiguousCodes } from './ambiguous-codes.js';
import type { PoolWatch } from './pool-watch.js';
import type { ProviderTurns } from './provider-turns.js';
import type { RequestOrigins } from './request-origin.js';
import type { UnknownKeys } from './unknown-keys.js';

/** Told how long a step took, and what came of it. */
export type StepObserver = (
  step: Step['kind'],
  result: 'moved' | 'paused' | 'left' | 'failed',
  seconds: number,
) => void;

/** What performing a step needs. */
export interface SagaContext {
  readonly ledger: Pick<Ledger, 'execute'>;
  readonly reader: Pick<RedemptionReader, 'load'>;
  readonly sagaWork: Pick<SagaWork, 'backOff'>;
  readonly providers: Pick<ProviderRegistry, 'resolve'>;
  readonly turns: ProviderTurns;
  readonly unknownKeys: UnknownKeys;
  readonly origins: Pick<RequestOrigins, 'of'>;
  readonly poolWatch: Pick<PoolWatch, 'taken'>;
  readonly ambiguousCodes: Pick<AmbiguousCodes, 'isShared'>;
  readonly codes: VoucherCodes;
  readonly logger: Logger;
  readonly counts: WorkerCounts;
  readonly tuning: WorkerTuning;
  readonly stepDone?: StepObserver | undefined;
  readonly traces?: SagaTraces | undefined;
  /**
   * This process's clock. It only chooses what to try; what happens is decided under the lock by the database's, so a clock that is
   * wrong costs time and nothing else.
   */
  readonly now: () => Instant;
}
