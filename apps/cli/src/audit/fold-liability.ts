import { LiabilityFold, type Instant, type Liability } from '#domain';
import { ledgerExtent, replayLedger, UnreadableEventError, type ReplayCounts, type StreamRange } from '#ledger';
import { CliFailure } from '../failure/cli-failure.js';
import { openProgress } from '../output/progress.js';
import { APPLICATION_NAME, type DatabaseSession } from '../session/database-session.js';

export interface FoldedLiability extends ReplayCounts {
  /** By company, a sum for each moment; companies in order. */
  readonly companies: readonly (readonly [companyId: number, sums: readonly Liability[]])[];
}

/** Replays the range from its stored bytes, and sums up at each of the moments. @throws CliFailure where bytes can't be read */
export async function foldLiability(
  { config, logger, pool }: DatabaseSession,
  range: StreamRange,
  moments: readonly Instant[],
): Promise<FoldedLiability> {
  const fold = new LiabilityFold(moments);
  const expected = (await ledgerExtent(pool, range.companies)).events;
  const progress = openProgress('events');
  const database = { url: config.database.directUrl, applicationName: APPLICATION_NAME, logger };
  try {
    const counts = await replayLedger(database, range, fold, ({ events }) => progress.tell(events, expected));
    return { ...counts, companies: [...fold.companies].sort(([a], [b]) => a - b) };
  } catch (error) {
    if (!(error instanceof UnreadableEventError)) throw error;
    throw new CliFailure(`${error.message} Run "audit verify", which says what is wrong with it.`, { cause: error });
  } finally {
    progress.stop();
  }
}
