import type { ApiKeyScope } from '#platform';
import { RequireScope } from '../../auth/access.js';

/** Callers with the company's GUID and a key of it that has this scope. */
export function YotpoScope(scope: ApiKeyScope, limits: { readonly bodyBytesMax?: number } = {}): MethodDecorator {
  return RequireScope(scope, { credentials: 'yotpo', ...limits });
}
