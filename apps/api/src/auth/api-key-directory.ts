import { Inject, Injectable } from '@nestjs/common';
import { askByCompany } from '#ledger';
import { apiKeyMatches, gatheredByName, parseApiKey, type ServiceConfig } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { CONFIG } from '../engine/tokens.js';
import type { CompanyCaller } from './caller.js';
import { TimedCache } from './timed-cache.js';

/** A revoked key works for at most this long. */
const KEY_TTL_MS = 1_000;
const KEYS_MAX = 10_000;

interface KnownKey extends KeyHolder, KeyName {
  readonly hash: Uint8Array;
}

/** What a key begins with: enough to find it by. */
interface KeyName {
  readonly companyId: number;
  readonly prefix: string;
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
  /** Those of one turn are one look, or one for each company. */
  readonly #look;

  constructor(
    private readonly prisma: PrismaClient,
    @Inject(CONFIG) { ledger: { groupBy } }: ServiceConfig,
  ) {
    const read = (names: readonly KeyName[]) => askByCompany(groupBy, names, (some) => this.#read(some));
    this.#look = gatheredByName(nameOf, read, nameOf);
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
    const known = this.#keys.get(nameOf(parsed));
    return known instanceof Promise ? known.then((key) => matching(key, text)) : matching(known, text);
  }

  /** This process refuses a revoked key at once; others within a second. */
  forget(companyId: number, prefix: string): void {
    this.#keys.forget(nameOf({ companyId, prefix }));
  }

  async #load(name: string): Promise<KnownKey | undefined> {
    const [company = '', prefix = ''] = name.split('.');
    const companyId = Number(company);
    return companyId > INT4_MAX ? undefined : this.#look({ companyId, prefix });
  }

  /** Those of them that there are, and still are valid. */
  async #read(names: readonly KeyName[]): Promise<readonly KnownKey[]> {
    const [keys, owners] = await Promise.all([
      this.prisma.apiKey.findMany({
        where: { OR: names.map(({ companyId, prefix }) => ({ companyId, prefix })), revokedAt: null },
      }),
      this.prisma.company.findMany({
        where: { id: { in: names.map(({ companyId }) => companyId) } },
        select: { id: true, guid: true },
      }),
    ]);
    const guids = new Map(owners.map(({ id, guid }) => [id, guid]));
    return keys.flatMap(({ companyId, prefix, id, hash, scopes }): KnownKey[] => {
      const guid = guids.get(companyId);
      if (guid === undefined) return [];
      const caller: CompanyCaller = { kind: 'company', companyId, actor: { kind: 'api_key', id } };
      return [{ companyId, prefix, caller, guid, hash, scopes: new Set(scopes) }];
    });
  }
}

function nameOf({ companyId, prefix }: KeyName): string {
  return `${companyId}.${prefix}`;
}

const INT4_MAX = 2 ** 31 - 1;

function matching(key: KnownKey | undefined, text: string): KeyHolder | undefined {
  return key !== undefined && apiKeyMatches(text, key.hash) ? key : undefined;
}
