import type { Command } from '#domain';
import type { LedgerCommand, LoadedRedemption } from '#ledger';
import { uuidV7 } from '#platform';

const WORKER = { kind: 'worker', id: 'saga' } as const;

/** The worker's own commands need no key: the redemption's state and the attempt's number make them repeatable. */
export function sagaCommand(
  { companyId, walletId }: LoadedRedemption,
  command: Command,
  traceId?: string,
): LedgerCommand {
  return {
    commandId: uuidV7(),
    companyId,
    walletId,
    actor: WORKER,
    traceId,
    key: undefined,
    privateText: undefined,
    command,
  };
}
