import type { FastifyRequest } from 'fastify';
import { ApiError } from '../http/api-error.js';

/** Names of query parameters that are credentials and no parameters of a call. */
export const YOTPO_CREDENTIALS: ReadonlySet<string> = new Set(['guid', 'merchant_id', 'api_key']);

/**
 * The company's GUID and its key: `x-guid` and `x-api-key` in headers, or `guid` (once `merchant_id`) and `api_key` in the query
 * (dialects.md §2).
 *
 * @throws ApiError MISSING_API_KEY; INVALID_API_KEY where header and query differ
 */
export function yotpoCredentials(request: FastifyRequest): { readonly key: string; readonly guid: string } {
  const guid = one(headerOf(request, 'x-guid'), queryOf(request, 'guid'), queryOf(request, 'merchant_id'));
  const key = one(headerOf(request, 'x-api-key'), queryOf(request, 'api_key'));
  if (guid !== undefined && key !== undefined) return { key, guid: guid.toLowerCase() };
  throw new ApiError(
    'MISSING_API_KEY',
    'Send your GUID and API key in the headers x-guid and x-api-key, or as guid and api_key in the query.',
  );
}

/** A header that stands twice arrives as one text with a comma, which is no key. An empty one counts as missing. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function queryOf({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function one(...places: readonly (string | undefined)[]): string | undefined {
  const given = new Set(places.filter((text) => text !== undefined));
  if (given.size <= 1) return given.values().next().value;
  throw new ApiError('INVALID_API_KEY', 'The credentials in the headers and in the query differ. Send them once.');
}
