import { mayStillBeUsed, type Redemption } from '#domain';
import type { LoadedRedemption } from '#ledger';
import { executeSagaCommand } from './execute-saga-command.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';

/**
 * Brings a code that another live redemption was given, too, to a person. The ledger flags whoever comes second in the append that records
 * its code (design §5), and makes the first one due: this is the look that one owes. It stays owed until the flag stands.
 *
 * @returns the redemption as it stands afterwards.
 */
export async function flagAmbiguousCode(context: SagaContext, loaded: LoadedRedemption): Promise<LoadedRedemption> {
  if (!mayBeShared(loaded.redemption)) return loaded;
  const { companyId, redemption } = loaded;
  try {
    if (!(await context.ambiguousCodes.isShared(loaded))) return loaded;
    const flag = { type: 'FlagRedemption', redemptionId: redemption.id, reason: 'code_ambiguous' } as const;
    const stood = await executeSagaCommand(context, sagaCommand(loaded, flag));
    return { ...loaded, redemption: stood.redemption };
  } catch (error) {
    // What else it owes is done whatever becomes of this; to hold that up would help nobody.
    context.logger.error(
      { err: error, companyId, redemptionId: redemption.id },
      'Whether another redemption has the same code could not be found out, or not be flagged; it is tried again.',
    );
    return loaded;
  }
}

function mayBeShared(r: Redemption): boolean {
  return r.voucher.code !== undefined && mayStillBeUsed(r) && !r.flags.includes('code_ambiguous');
}
