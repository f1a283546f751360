import { openLedger, type Executed, type LedgerCommand, type LedgerObserver, type OpenLedger } from '#ledger';
import { createLogger, createPool, KeyRing, Secret, uuidV7, type DatabaseConfig, type LedgerConfig } from '#platform';
import type { BoundProvider, Command, IssuedVoucher, RequestRedemption } from '#domain';
import { createHash } from 'node:crypto';
import type pg from 'pg';

/** A ledger as a process has it, against a real database. */
export interface LedgerRig extends OpenLedger {
  readonly pool: pg.Pool;
  /** A customer of company `companyId` with `points`; returns the wallet's id. */
  walletWith(companyId: number, customerId: string, points: bigint): Promise<string>;
  run(companyId: number, walletId: string, command: Command, options?: Partial<LedgerCommand>): Promise<Executed>;
  stop(): Promise<void>;
}

export interface RigOptions {
  readonly ledger?: Partial<LedgerConfig>;
  readonly observer?: LedgerObserver;
  readonly applicationName?: string;
  /** Connections of the process's pool. Unset: four. */
  readonly poolMax?: number;
}

/** Two keys, so that what a rotation leaves behind is always there. */
export const TEST_KEYS = `new:${'01'.repeat(31)}aa,old:${'02'.repeat(31)}bb`;

export function openRig(connectionString: string, options: RigOptions = {}): LedgerRig {
  const url = new Secret(connectionString);
  const database: DatabaseConfig & Record<'url' | 'directUrl' | 'migrateUrl', Secret> = {
    url,
    directUrl: url,
    migrateUrl: url,
    throughPooler: false,
    prepared: true,
    poolMax: options.poolMax ?? 4,
  };
  const ledger: LedgerConfig = { groupBy: 'any', lanes: 2, groupMax: 300, queueMax: 100_000, ...options.ledger };
  const encryptionKeys = KeyRing.parse(TEST_KEYS);
  const logger = createLogger({ level: 'silent', app: 'test' });
  const applicationName = options.applicationName ?? 'holdfast-test';
  const pool = createPool(database, { applicationName, logger, byIndexOnly: true });
  const opened = openLedger({
    config: { database, ledger, encryptionKeys },
    pool,
    logger,
    applicationName,
    ...(options.observer === undefined ? {} : { observer: options.observer }),
  });
  const run: LedgerRig['run'] = (companyId, walletId, command, extra) =>
    opened.ledger.execute(ledgerCommand(companyId, walletId, command, extra));
  return {
    ...opened,
    pool,
    run,
    async walletWith(companyId, customerId, points) {
      const { walletId } = await opened.wallets.open(companyId, customerId, { actor, traceId: undefined });
      if (points > 0n) await run(companyId, walletId, earn(points));
      return walletId;
    },
    async stop() {
      await opened.close();
      await pool.end();
    },
  };
}

const actor = { kind: 'system', id: 'test' } as const;

/** A command without a key, from nobody in particular, under an id of its own; `change` says what is otherwise. */
export function ledgerCommand(
  companyId: number,
  walletId: string,
  command: Command,
  change: Partial<LedgerCommand> = {},
): LedgerCommand {
  const commandId = uuidV7();
  const plain = { commandId, companyId, walletId, actor, traceId: undefined, key: undefined, privateText: undefined };
  return { ...plain, command, ...change };
}

export function earn(points: bigint): Command {
  return { type: 'EarnPoints', points, referenceType: 'manual', referenceId: undefined };
}

/** A request at the company's generated provider. */
export function request(points: bigint, change: Partial<RequestRedemption> = {}): RequestRedemption {
  const redemptionId = change.redemptionId ?? uuidV7();
  return {
    type: 'RequestRedemption',
    redemptionId,
    rewardOptionId: 'ten-off',
    rewardName: 'Ten off',
    points,
    deduction: 'immediate',
    provider: {
      name: 'generated',
      version: 1n,
      kind: 'generated',
      key: redemptionId,
      idempotent: true,
      canLookup: true,
      canCancel: true,
    },
    callerVoucher: undefined,
    requestTtlSeconds: 900n,
    holdSeconds: 900n,
    callSeconds: 900n,
    dialect: 'bitbybit',
    dialectId: undefined,
    ...change,
  };
}

/** A provider that has to be called. */
export function httpProvider(): BoundProvider {
  return {
    name: 'shop',
    version: 1n,
    kind: 'http',
    key: uuidV7(),
    idempotent: true,
    canLookup: true,
    canCancel: true,
  };
}

/** A voucher whose code is sealed in form only: the ledger never opens one. */
export function voucher(code: string): IssuedVoucher {
  const digest = createHash('sha256').update(code).digest('hex');
  return {
    code: { cipher: 'AAAA', keyId: 'k1', digest, last4: code.slice(-4) },
    otherDigests: [],
    externalId: undefined,
    expiresAt: undefined,
  };
}

export function advance(redemptionId: string, issued?: IssuedVoucher): Command {
  return { type: 'AdvanceRedemption', redemptionId, voucher: issued, call: undefined };
}

/** A key as the API makes one. */
export function key(text: string, command = 'command'): LedgerCommand['key'] {
  const digest = (value: string): string => createHash('sha256').update(value).digest('hex');
  return { scope: 'bitbybit.redeem', keyDigest: digest(text), commandDigest: digest(command) };
}
