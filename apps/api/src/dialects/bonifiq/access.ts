import type { ApiKeyScope } from '#platform';
import { RequireScope } from '../../auth/access.js';

/** Callers who send the company's GUID and a key of it that has this scope by HTTP Basic. */
export function BonifiqScope(scope: ApiKeyScope): MethodDecorator {
  return RequireScope(scope, { credentials: 'basic' });
}
