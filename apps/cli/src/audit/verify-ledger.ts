import type { Checkpoint, Finding } from '#domain';
import {
  auditLedger,
  FindingsKept,
  readCheckpoint,
  readEpoch,
  readLastCheckpoint,
  verifyCheckpoints,
  type AuditLedgerOptions,
  type AuditReport,
  type CheckpointFinding,
} from '#ledger';
import { createPool, sha256, UNLIMITED, type PublicKey } from '#platform';
import { requireCompany } from '../companies/require-company.js';
import { CliFailure } from '../failure/cli-failure.js';
import { findSigningKey } from '../session/cli-config.js';
import { APPLICATION_NAME, type DatabaseSession } from '../session/database-session.js';

export interface VerifiedLedger extends AuditReport {
  /** How many were held against the ledger. */
  readonly checkpoints: number;
}

export type VerifyLedgerOptions = Pick<AuditLedgerOptions, 'companyId' | 'threads' | 'onProgress'> & {
  readonly since: bigint | 'last' | undefined;
  /** Keys that checkpoints may be signed with, besides the one that this house has, if any. */
  readonly publicKeys: readonly PublicKey[];
};

/** Everything, or what was written after a checkpoint. @throws CliFailure where nothing can be said about "after" */
export async function verifyLedger(
  session: DatabaseSession,
  { companyId, since, publicKeys, threads, onProgress }: VerifyLedgerOptions,
): Promise<VerifiedLedger> {
  const { config, logger } = session;
  const url = config.database.directUrl;
  await requireCompany(session.pool, companyId);
  const trusted = since === undefined ? undefined : await checkpointOf(session, since);
  const writtenSince = trusted === undefined ? undefined : String(trusted.boundary);
  const database = { url, applicationName: APPLICATION_NAME, logger };
  const report = await auditLedger({ database, companyId, threads, onProgress, writtenSince });
  const findings = new FindingsKept();
  findings.add(report.findings, report.findingsTotal);
  const pool = createPool(
    { url, poolMax: 1 },
    { applicationName: APPLICATION_NAME, logger, limits: UNLIMITED, byIndexOnly: true },
  );
  try {
    const { checkpoints } = await verifyCheckpoints({
      pool,
      digest: sha256,
      since: trusted?.id,
      trustedKeyIds: await trustedKeys(config, publicKeys),
      report: (finding) => {
        if (companyId === undefined || finding.companyId === undefined || finding.companyId === companyId) {
          findings.add([findingOf(finding)], 1);
        }
      },
    });
    return {
      events: report.events,
      streams: report.streams,
      checkpoints,
      findingsTotal: findings.total,
      findings: findings.first(),
    };
  } finally {
    await pool.end();
  }
}

/** Undefined: none is known, and whichever key stands beside a checkpoint is believed. */
async function trustedKeys(
  config: DatabaseSession['config'],
  publicKeys: readonly PublicKey[],
): Promise<ReadonlySet<string> | undefined> {
  const own = await findSigningKey(config);
  const keys = own === undefined ? publicKeys : [...publicKeys, own.publicKey];
  return keys.length === 0 ? undefined : new Set(keys.map(({ id }) => id));
}

/** The checkpoint that is believed; its boundary is the first transaction that it doesn't cover. */
async function checkpointOf({ pool }: DatabaseSession, since: bigint | 'last'): Promise<Checkpoint> {
  const stored = await (since === 'last' ? readLastCheckpoint(pool) : readCheckpoint(pool, since));
  if (stored === undefined) {
    const which = since === 'last' ? 'no checkpoint' : `no checkpoint ${since}`;
    throw new CliFailure(`There is ${which}: leave out --since, or make one with "audit checkpoint".`);
  }
  const { checkpoint } = stored;
  const { epoch } = await readEpoch(pool);
  if (epoch === checkpoint.epoch) return checkpoint;
  throw new CliFailure(
    `The database was restored after checkpoint ${checkpoint.id}, and what is newer can’t be told: leave out --since.`,
  );
}

function findingOf({ checkpointId, companyId, walletId, version, expected, found }: CheckpointFinding): Finding {
  return {
    check: 'checkpoint',
    companyId: companyId ?? 0,
    walletId: walletId ?? '',
    ...(version === undefined ? {} : { version: String(version) }),
    expected: `checkpoint ${checkpointId}: ${expected}`,
    found,
  };
}
