import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { errorSchema } from './envelope.js';
import { BONIFIQ_TAG } from './path.js';

/** What `/openapi.json` says of a call in BonifiQ's dialect. */
export function DescribeBonifiq(described: {
  readonly summary: string;
  readonly operationId: string;
  readonly description?: string;
  readonly schema: z.ZodType;
}): MethodDecorator {
  const { summary, operationId, description, schema } = described;
  return applyDecorators(
    ApiTags(BONIFIQ_TAG),
    ApiOperation({ summary, operationId, ...(description === undefined ? {} : { description }) }),
    ApiResponse({ status: 200, description: 'Done, perhaps with a warning.', standardSchema: schema }),
    ApiResponse({ status: 'default', description: 'A refusal: `HasError` is true.', standardSchema: errorSchema }),
  );
}
