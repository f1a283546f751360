import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { DescribeErrors } from '../http/error-schema.js';
import { ADMIN_TAG } from './path.js';

/** What `/openapi.json` says of an administrator's call. */
export function DescribeAdmin(described: {
  readonly summary: string;
  readonly operationId: string;
  readonly status: number;
  readonly description: string;
  readonly schema?: z.ZodType;
}): MethodDecorator {
  const { summary, operationId, status, description, schema } = described;
  return applyDecorators(
    ApiTags(ADMIN_TAG),
    ApiOperation({ summary, operationId }),
    DescribeErrors(),
    ApiResponse({ status, description, ...(schema === undefined ? {} : { standardSchema: schema }) }),
  );
}
