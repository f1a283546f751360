import { sealCheckpoint, verifyCheckpoints, type CheckpointFinding, type Sealed } from '#ledger';
import { createLogger, createPool, Secret, sha256, SigningKey, UNLIMITED } from '#platform';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { eventsSettled } from '../support/ledger/settled-events.js';

export const SIGNING_KEY = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';

/** A ledger with the auditor's means beside it. */
export class AuditRig {
  readonly key = SigningKey.parse(SIGNING_KEY);

  private constructor(
    private readonly database: TestDatabase,
    readonly ledger: LedgerRig,
    readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<AuditRig> {
    const database = await createTestDatabase();
    const logger = createLogger({ app: 'test', level: 'silent' });
    const pool = createPool(
      { url: new Secret(database.connectionString), poolMax: 4 },
      { applicationName: 'test-audit', logger, limits: UNLIMITED, byIndexOnly: true },
    );
    return new AuditRig(database, openRig(database.connectionString), pool);
  }

  get connectionString(): string {
    return this.database.connectionString;
  }

  /** A committed redemption of 10 of 100 points. */
  async redeemed(companyId: number, customerId: string): Promise<{ walletId: string; redemptionId: string }> {
    const walletId = await this.ledger.walletWith(companyId, customerId, 100n);
    const asked = request(10n);
    await this.ledger.run(companyId, walletId, asked);
    await this.ledger.run(companyId, walletId, advance(asked.redemptionId, voucher(`code-${customerId}`)));
    return { walletId, redemptionId: asked.redemptionId };
  }

  settled(): Promise<void> {
    return eventsSettled(this.pool);
  }

  async seal(options: { readonly evenIfUnchanged?: boolean } = {}): Promise<Sealed | undefined> {
    await this.settled();
    return this.sealNow(options);
  }

  sealNow(options: { readonly evenIfUnchanged?: boolean; readonly pool?: pg.Pool } = {}): Promise<Sealed | undefined> {
    return sealCheckpoint({ pool: this.pool, digest: sha256, key: this.key, ...options });
  }

  /** As a superuser does who turns the triggers off. */
  async tamper(sql: string, values: unknown[] = []): Promise<void> {
    const client = await this.pool.connect();
    await client.query('SET session_replication_role = replica');
    await client.query(sql, values);
    await client.query('RESET session_replication_role');
    client.release();
  }

  async findings(since?: bigint): Promise<readonly CheckpointFinding[]> {
    const findings: CheckpointFinding[] = [];
    const trustedKeyIds = new Set([this.key.publicKey.id]);
    const report = (finding: CheckpointFinding): void => void findings.push(finding);
    await verifyCheckpoints({ pool: this.pool, digest: sha256, report, trustedKeyIds, since });
    return findings;
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.ledger.stop();
    await this.database.drop();
  }
}
