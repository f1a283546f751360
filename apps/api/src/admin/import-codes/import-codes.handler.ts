import { setImmediate as breathe } from 'node:timers/promises';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { uuidV7, VoucherCodes } from '#platform';
import { PrismaClient, type Prisma } from '#platform/prisma';
import { invalid, notFound } from '../../http/api-error.js';
import { ImportCodesCommand, type ImportedCodes } from './import-codes.command.js';

/** Codes sealed at one go; other requests are served in between. */
const SEALED_AT_ONCE = 100;
/** Codes of one transaction: it ends soon, whatever the machine has to do, and whoever waits behind it waits as briefly. */
const INSERTED_AT_ONCE = 1_000;

/** A code as it goes into the pool, with the digests it may be known by: one for each key of the ring. */
interface SealedForPool {
  readonly id: string;
  readonly digest: string;
  readonly cipher: string;
  readonly keyId: string;
  readonly last4: string;
  readonly digests: readonly string[];
}

@CommandHandler(ImportCodesCommand)
export class ImportCodesHandler implements ICommandHandler<ImportCodesCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly voucherCodes: VoucherCodes,
  ) {}

  async execute({ companyId, provider, codes }: ImportCodesCommand): Promise<ImportedCodes> {
    await this.#requirePool(companyId, provider);
    const distinct = [...new Set(codes)];
    let imported = 0;
    let left = 0;
    for (let from = 0; from < distinct.length; from += INSERTED_AT_ONCE) {
      const sealed = await this.#seal(companyId, distinct.slice(from, from + INSERTED_AT_ONCE));
      const inserted = await this.prisma.$transaction((tx) => insertNew(tx, companyId, provider, sealed));
      imported += inserted.imported;
      left = inserted.left;
    }
    return { imported, duplicates: codes.length - imported, left };
  }

  async #requirePool(companyId: number, name: string): Promise<void> {
    const newest = await this.prisma.voucherProvider.findFirst({
      where: { companyId, name },
      orderBy: { version: 'desc' },
      select: { kind: true },
    });
    if (newest === null) throw notFound();
    if (newest.kind !== 'pool') throw invalid('Codes can be imported into a voucher provider of kind "pool" only.');
  }

  /** Each under the id of its own row: so the ledger opens it when it is handed out. */
  async #seal(companyId: number, codes: readonly string[]): Promise<readonly SealedForPool[]> {
    const sealed: SealedForPool[] = [];
    for (const code of codes) {
      const id = uuidV7();
      const digests = this.voucherCodes.lookupDigests(companyId, code).map(({ digest }) => digest);
      sealed.push({ id, digests, ...this.voucherCodes.sealCode({ companyId, redemptionId: id, code }) });
      if (sealed.length % SEALED_AT_ONCE === 0) await breathe();
    }
    return sealed;
  }
}

/**
 * What is cut off in between is finished by sending the same codes again.
 *
 * One statement sees the pools and what was handed out at the same moment, so a code that is just being handed out is in one or the
 * other. Imports of one company take turns: between two of them a code might come in, go out, and come in again.
 */
async function insertNew(
  tx: Prisma.TransactionClient,
  companyId: number,
  provider: string,
  codes: readonly SealedForPool[],
): Promise<{ readonly imported: number; readonly left: number }> {
  await tx.$queryRaw`SELECT 1 FROM company WHERE id = ${companyId}::int FOR UPDATE`;
  const pools = await tx.voucherProvider.findMany({
    where: { companyId, kind: 'pool' },
    distinct: ['name'],
    select: { name: true },
  });
  const lookups = codes.flatMap(({ digests }, index) => digests.map((digest) => ({ index, digest })));
  const [counted] = await tx.$queryRaw<[{ imported: number; before: number }]>`
    WITH given AS (
      SELECT * FROM unnest(
        ${codes.map(({ id }) => id)}::uuid[], ${codes.map(({ digest }) => digest)}::text[],
        ${codes.map(({ cipher }) => cipher)}::text[], ${codes.map(({ keyId }) => keyId)}::text[],
        ${codes.map(({ last4 }) => last4)}::text[], ${codes.map((_, index) => index)}::int[]
      ) given(id, digest, cipher, key_id, last4, index)
    ), known AS (
      SELECT lookup.index
        FROM unnest(
          ${lookups.map(({ index }) => index)}::int[], ${lookups.map(({ digest }) => digest)}::text[]
        ) lookup(index, digest)
       WHERE EXISTS (
               SELECT FROM voucher_code c WHERE c.company_id = ${companyId}::int AND c.digest = lookup.digest)
          OR EXISTS (
               SELECT FROM pool_code p
                WHERE p.company_id = ${companyId}::int AND p.provider = ANY (${pools.map(({ name }) => name)}::text[])
                  AND p.digest = lookup.digest)
    ), imported AS (
      INSERT INTO pool_code (company_id, provider, digest, id, cipher, key_id, last4)
      SELECT ${companyId}::int, ${provider}::text, digest, id, cipher, key_id, last4
        FROM given WHERE index NOT IN (SELECT index FROM known)
      RETURNING 1
    )
    SELECT (SELECT count(*)::int FROM imported) AS imported,
           (SELECT count(*)::int FROM pool_code
             WHERE company_id = ${companyId}::int AND provider = ${provider}::text) AS before`;
  return { imported: counted.imported, left: counted.before + counted.imported };
}
