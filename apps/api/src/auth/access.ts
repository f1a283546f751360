import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiSecurity } from '@nestjs/swagger';
import type { ApiKeyScope } from '#platform';

/** Who may call a route. A route that says nothing is refused when the program starts. */
export type Access =
  { readonly kind: 'public' } | { readonly kind: 'admin' } | { readonly kind: 'scope'; readonly scope: ApiKeyScope };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Longest body of this route, where it isn't what it is for all. */
    bodyBytesMax?: number;
  }
}

export const API_KEY_SECURITY = 'ApiKeyAuth';
export const ADMIN_KEY_SECURITY = 'AdminKeyAuth';

/** Callers with an API key that has this scope. */
export function RequireScope(scope: ApiKeyScope): MethodDecorator {
  return applyDecorators(access({ kind: 'scope', scope }), ApiSecurity(API_KEY_SECURITY));
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
