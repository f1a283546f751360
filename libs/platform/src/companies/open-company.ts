import { randomUUID } from 'node:crypto';
import {
  makeCompanySecret,
  openSecret,
  readSealedSecret,
  SealBrokenError,
  sealSecret,
  writeSealedSecret,
  type KeyRing,
} from '../crypto/index.js';
import type { Prisma, PrismaClient } from '../prisma/index.js';

export interface NewCompany {
  readonly name: string;
  /** ISO 4217. */
  readonly baseCurrency: string;
  /** The voucher provider it begins with, its default. */
  readonly provider: { readonly name: string; readonly kind: string; readonly config: unknown };
}

export interface OpenedCompany {
  readonly id: number;
  readonly guid: string;
  readonly name: string;
  readonly baseCurrency: string;
}

/** Opens a tenant. The secret is sealed for the company's id, so the id is drawn before the row is written. */
export async function openCompany(
  prisma: PrismaClient,
  keys: KeyRing,
  { name, baseCurrency, provider }: NewCompany,
): Promise<OpenedCompany> {
  return prisma.$transaction(async (tx) => {
    const [drawn] = await tx.$queryRaw<[{ id: number }]>`
      SELECT nextval(pg_get_serial_sequence('company', 'id'))::int AS id`;
    const { id } = drawn;
    const secret = writeSealedSecret(sealSecret(keys, id, makeCompanySecret()));
    const company = await tx.company.create({
      data: { id, guid: randomUUID(), name, baseCurrency, secret },
      select: { id: true, guid: true, name: true, baseCurrency: true },
    });
    const config = provider.config as Prisma.InputJsonObject;
    await tx.voucherProvider.create({ data: { companyId: id, ...provider, config, version: 1n, isDefault: true } });
    return company;
  });
}

/**
 * Whether these are the keys that the database's companies are sealed with, as far as the newest one tells; true where there is none.
 * A company sealed under other keys could not be served by the running program.
 */
export async function keysFitCompanies(prisma: PrismaClient, keys: KeyRing): Promise<boolean> {
  const newest = await prisma.company.findFirst({ orderBy: { id: 'desc' }, select: { id: true, secret: true } });
  if (newest === null) return true;
  try {
    openSecret(keys, newest.id, readSealedSecret(newest.secret));
    return true;
  } catch (error) {
    if (error instanceof SealBrokenError) return false;
    throw error;
  }
}
