import { Injectable } from '@nestjs/common';
import { apiKeyMatches, parseApiKey } from '#platform';
import { PrismaClient } from '#platform/prisma';
import type { CompanyCaller } from './caller.js';
import { TimedCache } from './timed-cache.js';

/** A revoked key works for at most this long. */
const KEY_TTL_MS = 1_000;
const KEYS_MAX = 10_000;

interface KnownKey extends KeyHolder {
  readonly hash: Uint8Array;
}

/** A caller together with what its key allows. */
export interface KeyHolder {
  readonly caller: CompanyCaller;
  /** The company's public id, lower case. */
  readonly guid: string;
  readonly scopes: ReadonlySet<string>;
}

/** Finds whose a key is. A wrong, a revoked and an unknown key are all simply not found. */
@Injectable()
export class ApiKeyDirectory {
  readonly #keys: TimedCache<string, KnownKey | undefined>;

  constructor(private readonly prisma: PrismaClient) {
    this.#keys = new TimedCache({
      load: (name) => this.#load(name),
      refreshAfterMs: KEY_TTL_MS / 2,
      expireAfterMs: KEY_TTL_MS,
      entriesMax: KEYS_MAX,
    });
  }

  find(text: string): KeyHolder | undefined | Promise<KeyHolder | undefined> {
    const parsed = parseApiKey(text);
    if (parsed === undefined) return undefined;
    const known = this.#keys.get(`${parsed.companyId}.${parsed.prefix}`);
    return known instanceof Promise ? known.then((key) => matching(key, text)) : matching(known, text);
  }

  /** This process refuses a revoked key at once; others within a second. */
  forget(companyId: number, prefix: string): void {
    this.#keys.forget(`${companyId}.${prefix}`);
  }

  async #load(name: string): Promise<KnownKey | undefined> {
    const [company = '', prefix = ''] = name.split('.');
    const companyId = Number(company);
    if (companyId > INT4_MAX) return undefined;
    const [key, owner] = await Promise.all([
      this.prisma.apiKey.findUnique({ where: { companyId_prefix: { companyId, prefix } } }),
      this.prisma.company.findUnique({ where: { id: companyId }, select: { guid: true } }),
    ]);
    if (key === null || owner === null || key.revokedAt !== null) return undefined;
    const caller: CompanyCaller = { kind: 'company', companyId, actor: { kind: 'api_key', id: key.id } };
    return { caller, guid: owner.guid, hash: key.hash, scopes: new Set(key.scopes) };
  }
}

const INT4_MAX = 2 ** 31 - 1;

function matching(key: KnownKey | undefined, text: string): KeyHolder | undefined {
  return key !== undefined && apiKeyMatches(text, key.hash) ? key : undefined;
}
