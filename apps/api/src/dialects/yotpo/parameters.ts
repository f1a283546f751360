import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { YOTPO_CREDENTIALS } from '../../auth/yotpo-credentials.js';
import { invalid } from '../../http/api-error.js';
import { SchemaPipe } from '../../http/schema.pipe.js';

const UNSTORABLE = /\0|\p{Surrogate}/u;
const pipe = new SchemaPipe();

/** A call's parameters from its body or its query; where one stands in both, the body's counts. Unknown ones are ignored. */
export function Parameters(schema: z.ZodType): ParameterDecorator {
  return read({ schemaOfAll: schema });
}

/** Nest would take a bare schema for a pipe, since it has a method `transform`. */
const read = createParamDecorator(
  ({ schemaOfAll: schema }: { readonly schemaOfAll: z.ZodType }, context: ExecutionContext): unknown => {
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    return pipe.transform({ ...parametersOf(query), ...objectOf(body) }, { type: 'custom', schema });
  },
);

function objectOf(body: unknown): object {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalid('The body must be a JSON object.');
  return body;
}

function parametersOf(query: unknown): Record<string, unknown> {
  const given = Object.entries(query as Record<string, unknown>).filter(([name]) => !YOTPO_CREDENTIALS.has(name));
  for (const [name, value] of given) {
    if (typeof value !== 'string') throw invalid('A parameter stands twice in the query. Send it once.');
    if (UNSTORABLE.test(name) || UNSTORABLE.test(value)) {
      throw invalid('The query holds a character that cannot be kept.');
    }
  }
  return Object.fromEntries(given);
}
