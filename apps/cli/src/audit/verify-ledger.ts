import type { Finding } from '#domain';
import {
  auditLedger,
  readCheckpoint,
  readEpoch,
  verifyCheckpoints,
  type AuditLedgerOptions,
  type AuditReport,
  type CheckpointFinding,
} from '#ledger';
import { createPool, sha256, UNLIMITED } from '#platform';
import { CliFailure } from '../failure/cli-failure.js';
import { APPLICATION_NAME, type DatabaseSession } from '../session/database-session.js';

export interface VerifiedLedger extends AuditReport {
  /** How many were held against the ledger. */
  readonly checkpoints: number;
}

export type VerifyLedgerOptions = Pick<AuditLedgerOptions, 'companyId' | 'threads' | 'onProgress'> & {
  readonly since: bigint | undefined;
};

/** Everything, or what was written after a checkpoint. @throws CliFailure where nothing can be said about "after" */
export async function verifyLedger(
  session: DatabaseSession,
  { companyId, since, threads, onProgress }: VerifyLedgerOptions,
): Promise<VerifiedLedger> {
  const { config, logger } = session;
  const url = config.database.directUrl;
  const writtenSince = since === undefined ? undefined : await boundaryOf(session, since);
  const database = { url, applicationName: APPLICATION_NAME, logger };
  const report = await auditLedger({ database, companyId, threads, onProgress, writtenSince });
  const findings: Finding[] = [];
  const pool = createPool(
    { url, poolMax: 1 },
    { applicationName: APPLICATION_NAME, logger, limits: UNLIMITED, byIndexOnly: true },
  );
  try {
    const { checkpoints } = await verifyCheckpoints({
      pool,
      digest: sha256,
      since,
      report: (finding) => {
        if (companyId === undefined || finding.companyId === undefined || finding.companyId === companyId) {
          findings.push(findingOf(finding));
        }
      },
    });
    return {
      events: report.events,
      streams: report.streams,
      checkpoints,
      findingsTotal: report.findingsTotal + findings.length,
      findings: [...report.findings, ...findings],
    };
  } finally {
    await pool.end();
  }
}

/** The first transaction that the checkpoint doesn't cover. */
async function boundaryOf({ pool }: DatabaseSession, since: bigint): Promise<string> {
  const stored = await readCheckpoint(pool, since);
  if (stored === undefined) throw new CliFailure(`There is no checkpoint ${since}: leave out --since, or make one.`);
  const { epoch } = await readEpoch(pool);
  if (epoch === stored.checkpoint.epoch) return String(stored.checkpoint.boundary);
  throw new CliFailure(
    `The database was restored after checkpoint ${since}, and what is newer can’t be told: leave out --since.`,
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
