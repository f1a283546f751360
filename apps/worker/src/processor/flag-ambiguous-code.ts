import type { IssuedVoucher } from '#domain';
import type { LoadedRedemption } from '#ledger';
import { executeSagaCommand } from './execute-saga-command.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';

/**
 * Brings a code that several live redemptions have to a person, with all of them. No constraint may refuse a provider's fact (design §5):
 * it stands in the ledger, and this is said beside it.
 */
export async function flagAmbiguousCode(
  context: SagaContext,
  loaded: LoadedRedemption,
  voucher: IssuedVoucher,
): Promise<void> {
  try {
    const others = await context.ambiguousCodes.others(loaded, voucher);
    if (others.length === 0) return;
    const reason = 'code_ambiguous';
    const flagged = [loaded, ...others].map((one) =>
      executeSagaCommand(
        context,
        sagaCommand(one, { type: 'FlagRedemption', redemptionId: one.redemption.id, reason }),
      ),
    );
    await Promise.all(flagged);
  } catch (error) {
    // The voucher is on record whatever becomes of this; to fail the redemption for it would help nobody.
    const { companyId, redemption } = loaded;
    context.logger.error(
      { err: error, companyId, redemptionId: redemption.id },
      'Whether another redemption has the same code could not be found out, or not be flagged.',
    );
  }
}
