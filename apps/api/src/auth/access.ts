import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiSecurity } from '@nestjs/swagger';
import type { ApiKeyScope } from '#platform';

/** Where a dialect's callers put their key: `api_key` in a header, `yotpo` with the company's GUID beside it, `basic` by HTTP Basic. */
export type Credentials = 'api_key' | 'yotpo' | 'basic';

/** Who may call a route. A route that says nothing is refused when the program starts. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'admin' }
  | { readonly kind: 'scope'; readonly scopes: readonly ApiKeyScope[]; readonly credentials: Credentials };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Longest body of this route, where it isn't what it is for all. */
    bodyBytesMax?: number;
  }
}

export const API_KEY_SECURITY = 'ApiKeyAuth';
export const ADMIN_KEY_SECURITY = 'AdminKeyAuth';
export const BASIC_SECURITY = 'BasicAuth';

/** Callers with an API key that has this scope, or one of these. */
export function RequireScope(
  scope: ApiKeyScope | readonly ApiKeyScope[],
  { credentials = 'api_key', ...limits }: { readonly credentials?: Credentials; readonly bodyBytesMax?: number } = {},
): MethodDecorator {
  const access: Access = { kind: 'scope', scopes: [scope].flat(), credentials };
  const security = credentials === 'basic' ? BASIC_SECURITY : API_KEY_SECURITY;
  return applyDecorators(RouteConfig({ access, ...limits }), ApiSecurity(security));
}

/** Whoever holds the admin key. */
export function AdminOnly(limits: { readonly bodyBytesMax?: number } = {}): MethodDecorator {
  return applyDecorators(RouteConfig({ access: { kind: 'admin' }, ...limits }), ApiSecurity(ADMIN_KEY_SECURITY));
}

export function Public(): MethodDecorator {
  return access({ kind: 'public' });
}

function access(value: Access): MethodDecorator {
  return RouteConfig({ access: value });
}
