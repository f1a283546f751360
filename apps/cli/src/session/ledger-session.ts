import { openLedger, tellRedemption, type RedemptionMessage, type ToldRedemption } from '#ledger';
import { VoucherCodes } from '#platform';
import { CompanySecrets } from '#platform/companies';
import { findEncryptionKeys } from './cli-config.js';
import { APPLICATION_NAME, type DatabaseSession } from './database-session.js';

/** The write path for the time of one command. */
export interface LedgerSession {
  readonly codes: VoucherCodes;
  /** Undefined where the company has no such redemption. @throws DomainError, LedgerError, SealBrokenError */
  tell(message: RedemptionMessage): Promise<ToldRedemption | undefined>;
}

/** Opens the ledger with the keys that the running program has; closing it sends the wake-up that the worker waits for. */
export async function withLedger<T>(
  { config, pool, prisma, logger }: DatabaseSession,
  work: (session: LedgerSession) => Promise<T>,
): Promise<T> {
  const encryptionKeys = await findEncryptionKeys(config);
  const secrets = new CompanySecrets(prisma, encryptionKeys);
  const { ledger, reader, close } = openLedger({
    config: { ...config, encryptionKeys },
    pool,
    logger,
    applicationName: APPLICATION_NAME,
  });
  const commandKey = secrets.digest.bind(secrets);
  try {
    return await work({
      codes: new VoucherCodes(encryptionKeys),
      tell: (message) => tellRedemption({ ledger, reader, commandKey }, message),
    });
  } finally {
    await close();
  }
}
