import { openLedger, tellRedemption, type RedemptionMessage, type ToldRedemption } from '#ledger';
import { VoucherCodes } from '#platform';
import { CompanySecrets, holdKeysInUse } from '#platform/companies';
import { findEncryptionKeys } from './cli-config.js';
import { APPLICATION_NAME, type DatabaseSession } from './database-session.js';

/** The write path for the time of one command. */
export interface LedgerSession {
  readonly codes: VoucherCodes;
  /** Undefined where the company has no such redemption. @throws DomainError, LedgerError, SealBrokenError */
  readonly tell: (message: RedemptionMessage) => Promise<ToldRedemption | undefined>;
}

/** Opens the ledger with the keys that the running program has; closing it sends the wake-up that the worker waits for. */
export async function withLedger<T>(
  { config, pool, prisma, logger }: DatabaseSession,
  work: (session: LedgerSession) => Promise<T>,
): Promise<T> {
  const encryptionKeys = await findEncryptionKeys(config);
  await holdKeysInUse(pool, encryptionKeys);
  const secrets = new CompanySecrets(prisma, encryptionKeys);
  const open = openLedger({
    config: { ...config, encryptionKeys },
    pool,
    logger,
    applicationName: APPLICATION_NAME,
  });
  try {
    return await work({
      codes: new VoucherCodes(encryptionKeys),
      tell: (message) =>
        tellRedemption({ ...open, commandKey: (companyId, call) => secrets.digest(companyId, call) }, message),
    });
  } finally {
    await open.close();
  }
}
