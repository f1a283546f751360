import type { FastifyRequest } from 'fastify';
import { ApiError } from '../http/api-error.js';
import { headerOf } from './yotpo-credentials.js';

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/**
 * The company's GUID as the user and its key as the password of HTTP Basic (RFC 7617; dialects.md §6).
 *
 * @throws ApiError MISSING_API_KEY; INVALID_API_KEY where the header can't be read
 */
export function basicCredentials(request: FastifyRequest): { readonly key: string; readonly guid: string } {
  const header = headerOf(request, 'authorization');
  if (header === undefined) {
    throw new ApiError('MISSING_API_KEY', 'Send your GUID as user and your API key as password by HTTP Basic.');
  }
  const pair = Buffer.from(BASIC.exec(header)?.[1] ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) {
    throw new ApiError('INVALID_API_KEY', 'The Authorization header is not HTTP Basic: base64 of GUID:key.');
  }
  return { guid: pair.slice(0, colon).toLowerCase(), key: pair.slice(colon + 1) };
}
