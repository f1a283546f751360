import type { FastifyRequest } from 'fastify';
import { adminKeyMatches, type Secret } from '#platform';
import { ApiError } from '../http/api-error.js';
import type { Access, Credentials } from './access.js';
import type { ApiKeyDirectory, KeyHolder } from './api-key-directory.js';
import { basicCredentials } from './basic-credentials.js';
import type { Caller } from './caller.js';
import { headerOf, yotpoCredentials } from './yotpo-credentials.js';

/** Checks who calls, before a byte of the body is read. */
export class Authenticator {
  constructor(
    private readonly directory: ApiKeyDirectory,
    private readonly adminKey: Secret,
  ) {}

  /**
   * The caller of a request, or null on a public route. It answers without a promise while the key is fresh in the cache.
   *
   * @throws ApiError MISSING_API_KEY, INVALID_API_KEY, INSUFFICIENT_SCOPE
   */
  callerOf(request: FastifyRequest, access: Access): Caller | null | Promise<Caller> {
    if (access.kind === 'public') return null;
    if (access.kind === 'admin') return this.#admin(request);
    const { scopes } = access;
    const { key, guid } = credentialsOf[access.credentials](request);
    const found = this.directory.find(key);
    return found instanceof Promise
      ? found.then((holder) => allowed(ofCompany(holder, guid), scopes))
      : allowed(ofCompany(found, guid), scopes);
  }

  #admin(request: FastifyRequest): Caller {
    const key = headerOf(request, 'x-admin-key');
    if (key === undefined) throw new ApiError('MISSING_API_KEY', 'Send the admin key in the header x-admin-key.');
    if (!adminKeyMatches(key, this.adminKey.reveal())) {
      throw new ApiError('INVALID_API_KEY', 'This is not the admin key.');
    }
    return { kind: 'admin' };
  }
}

/** What a caller says to be: a key, and the company it has to be of where the dialect names one. */
interface SaidCredentials {
  readonly key: string;
  readonly guid?: string;
}

const credentialsOf: Record<Credentials, (request: FastifyRequest) => SaidCredentials> = {
  api_key: (request) => ({ key: apiKeyOf(request) }),
  yotpo: yotpoCredentials,
  basic: basicCredentials,
};

/** bitbybit's documents name two headers for the same key (dialects.md §1). */
function apiKeyOf(request: FastifyRequest): string {
  const first = headerOf(request, 'x-api-key');
  const second = headerOf(request, 'x-bitbybit-key');
  if (first !== undefined && second !== undefined && first !== second) {
    throw new ApiError('INVALID_API_KEY', 'x-api-key and x-bitbybit-key differ. Send one of them.');
  }
  const key = first ?? second;
  if (key === undefined) throw new ApiError('MISSING_API_KEY', 'Send your API key in the header x-api-key.');
  return key;
}

/** Where the caller names a company, the key has to be that company's. */
function ofCompany(holder: KeyHolder | undefined, guid: string | undefined): KeyHolder | undefined {
  return guid === undefined || holder?.guid === guid ? holder : undefined;
}

function allowed(holder: KeyHolder | undefined, scopes: readonly string[]): Caller {
  if (holder === undefined) throw new ApiError('INVALID_API_KEY', 'This API key is not known, or was revoked.');
  if (!scopes.some((scope) => holder.scopes.has(scope))) {
    throw new ApiError('INSUFFICIENT_SCOPE', `This API key does not have the scope ${scopes.join(' or ')}.`);
  }
  return holder.caller;
}
