import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { DescribeErrors } from '../../http/error-schema.js';
import { TAG } from './path.js';

interface Described {
  readonly summary: string;
  readonly description?: string;
  readonly operationId: string;
  /** By status. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: z.ZodType }>>;
}

/** What `/openapi.json` says of a call; its input it reads from the schemas that check it. */
export function Describe({ summary, description, operationId, answers }: Described): MethodDecorator {
  const operation = { summary, operationId, ...(description === undefined ? {} : { description }) };
  const responses = Object.entries(answers).map(([status, { description, schema }]) =>
    ApiResponse({ status: Number(status), description, ...(schema === undefined ? {} : { standardSchema: schema }) }),
  );
  return applyDecorators(ApiTags(TAG), ApiOperation(operation), DescribeErrors(), ...responses);
}

/** Calls that wait for an outcome. */
export function DescribePrefer(): MethodDecorator {
  return ApiHeader({
    name: 'Prefer',
    required: false,
    description: 'RFC 7240: `wait=N` holds the answer back for up to N seconds, `respond-async` not at all.',
  });
}

/** Calls that write. */
export function DescribeIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same as `idempotencyKey` in the body; where both are sent they must agree. Keys never expire.',
  });
}
