import { generateApiKey, hashApiKey, type ApiKeyScope } from '../api-key/index.js';
import { uuidV7 } from '../ids/index.js';
import type { PrismaClient } from '../prisma/index.js';

export interface CreatedApiKey {
  readonly id: string;
  /** The key itself, to be shown this once; only its hash is kept. */
  readonly apiKey: string;
  readonly name: string;
  readonly scopes: string[];
}

export interface ListedApiKey {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly scopes: string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** Undefined where there is no such company. */
export async function createApiKey(
  prisma: PrismaClient,
  companyId: number,
  { name, scopes }: { readonly name: string; readonly scopes: readonly ApiKeyScope[] },
): Promise<CreatedApiKey | undefined> {
  if (!(await companyExists(prisma, companyId))) return undefined;
  const { text, prefix } = generateApiKey(companyId);
  const key = await prisma.apiKey.create({
    data: { companyId, id: uuidV7(), prefix, hash: hashApiKey(text), name, scopes: [...new Set(scopes)] },
    select: { id: true, name: true, scopes: true },
  });
  return { ...key, apiKey: text };
}

/** A company's keys, the newest first and revoked ones among them; undefined where there is no such company. */
export async function listApiKeys(
  prisma: PrismaClient,
  companyId: number,
): Promise<readonly ListedApiKey[] | undefined> {
  if (!(await companyExists(prisma, companyId))) return undefined;
  return prisma.apiKey.findMany({
    where: { companyId },
    orderBy: { createdAt: 'desc' },
    select: { id: true, prefix: true, name: true, scopes: true, createdAt: true, revokedAt: true },
  });
}

/** Ends a key for good; revoking twice keeps the first time. Undefined where the company has no such key. */
export async function revokeApiKey(
  prisma: PrismaClient,
  companyId: number,
  keyId: string,
): Promise<{ readonly prefix: string } | undefined> {
  const key = await prisma.apiKey.findUnique({
    where: { companyId_id: { companyId, id: keyId } },
    select: { prefix: true },
  });
  if (key === null) return undefined;
  await prisma.apiKey.updateMany({
    where: { companyId, id: keyId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return key;
}

async function companyExists(prisma: PrismaClient, id: number): Promise<boolean> {
  return (await prisma.company.findUnique({ where: { id }, select: { id: true } })) !== null;
}
