import { isLocal, nextStep, type Instant, type Redemption, type Step } from '#domain';
import type { LoadedRedemption } from '#ledger';
import { advanceRedemption } from './advance-redemption.js';
import { callProvider } from './call-provider.js';
import { cancelVoucher } from './cancel-voucher.js';
import { findVoucher } from './find-voucher.js';
import { flagAmbiguousCode } from './flag-ambiguous-code.js';
import { isPaced, nextAskAt, pauseMs, withinCalls } from './pacing.js';
import { nextLook, type Progress } from './progress.js';
import type { SagaContext } from './saga-context.js';
import { outsideProvider } from './voucher-key.js';

/** More steps than any redemption takes at one go; past it, the rest is left to the next look. */
const ROUNDS_MAX = 6;
/** Steps after which the provider may have been called. */
const CALLS: ReadonlySet<Step['kind']> = new Set(['reserve', 'call', 'find']);
const WAIT_MIN_MS = 250;
const WAIT_MAX_MS = 60_000;

/**
 * Takes a redemption as far as it goes now: asks the pure `nextStep` what is owed, performs it, and asks again while it moved.
 *
 * @param handedTries looks since its last progress, this one included.
 * @returns how long to leave it alone; undefined where the ledger has noted that itself.
 */
export async function performSteps(
  context: SagaContext,
  loaded: LoadedRedemption,
  handedTries: number,
): Promise<Pause | undefined> {
  let hasCalled = false;
  let current = await flagAmbiguousCode(context, loaded);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const now = context.now();
    // Once it has moved it is tried for the first time.
    const tries = round === 0 ? handedTries : 1;
    const paused = (delayMs: number): Pause => ({ delayMs, tries });
    const step = nextStep(current.redemption, now);
    if (step.kind === 'none' && round === 0) return tries > 1 ? paused(idleMs(tries, context)) : undefined;
    if (step.kind === 'none' || (step.kind === 'wait' && round > 0)) return undefined;
    const progress = await timed(context, current, { step, now, tries, hasCalled });
    hasCalled ||= CALLS.has(step.kind);
    if (progress.kind === 'paused') return paused(withinCalls(progress.delayMs, current.redemption, now));
    if (progress.kind === 'left')
      return step.kind === 'wait' && tries > 1 ? paused(waitMs(step.until, now)) : undefined;
    current = { ...current, redemption: progress.redemption };
  }
  return undefined;
}

/** How long a redemption is left alone, and how many looks without progress it has had then. */
export interface Pause {
  readonly delayMs: number;
  readonly tries: number;
}

interface Look {
  readonly step: Step;
  readonly now: Instant;
  readonly tries: number;
  /** Whether a step before this one has called the provider. */
  readonly hasCalled: boolean;
}

async function timed(context: SagaContext, loaded: LoadedRedemption, look: Look): Promise<Progress> {
  const { stepDone } = context;
  if (stepDone === undefined) return perform(context, loaded, look);
  const startedMs = performance.now();
  const done = (result: Progress['kind'] | 'failed') => {
    stepDone(look.step.kind, result, (performance.now() - startedMs) / 1_000);
  };
  try {
    const progress = await perform(context, loaded, look);
    done(progress.kind);
    return progress;
  } catch (error) {
    done('failed');
    throw error;
  }
}

async function perform(
  context: SagaContext,
  loaded: LoadedRedemption,
  { step, now, tries, hasCalled }: Look,
): Promise<Progress> {
  const { redemption } = loaded;
  switch (step.kind) {
    case 'call':
      return (
        pauseBeforeAsking(context, redemption, now) ??
        (await afterCall(context, loaded, hasCalled)) ??
        callProvider(context, loaded, { notFound: false, tries })
      );
    case 'reserve':
      // The reservation and the start of the first call are one append.
      return isCalled(redemption)
        ? callProvider(context, loaded, { notFound: false, tries })
        : advanceRedemption(context, loaded);
    case 'find':
      return (
        pauseBeforeAsking(context, redemption, now) ??
        (await afterCall(context, loaded, hasCalled)) ??
        findVoucher(context, loaded, { thenCall: step.thenCall, tries })
      );
    case 'cancel':
      return (await afterCall(context, loaded, hasCalled)) ?? cancelVoucher(context, loaded, { tries });
    default:
      // A wait, too: the database's clock may be ahead of this process's.
      return advanceRedemption(context, loaded);
  }
}

/** A look that has called a provider with a rate calls it no second time. */
async function afterCall(
  context: SagaContext,
  loaded: LoadedRedemption,
  hasCalled: boolean,
): Promise<Progress | undefined> {
  return hasCalled && isPaced(await outsideProvider(context, loaded)) ? nextLook : undefined;
}

function isCalled(r: Redemption): boolean {
  return r.provider !== undefined && !isLocal(r);
}

function pauseBeforeAsking({ tuning }: SagaContext, r: Redemption, now: Instant): Progress | undefined {
  const at = nextAskAt(r, now, tuning.firstPauseMs);
  return at > now ? { kind: 'paused', delayMs: Math.ceil((at - now) / 1_000) } : undefined;
}

/** Work that was owed by somebody else's doing, and no longer is: nothing is appended that would take it off, so it comes ever more seldom. */
function idleMs(tries: number, { tuning }: SagaContext): number {
  return pauseMs(tries, { ...tuning, callsAllowed: false });
}

/** For work that keeps coming before its time, as all of it does once `saga_work` was lost: it is not looked at with every lease. */
function waitMs(until: Instant, now: Instant): number {
  return Math.min(Math.max(WAIT_MIN_MS, Math.ceil((until - now) / 1_000)), WAIT_MAX_MS);
}
