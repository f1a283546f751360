import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { YOTPO_TAG } from './path.js';

const errorSchema = z.object({ error: z.string() }).meta({ id: 'YotpoError' });

/** What `/openapi.json` says of a call in Yotpo's dialect. */
export function DescribeYotpo(described: {
  readonly summary: string;
  readonly operationId: string;
  readonly description?: string;
  readonly schema: z.ZodType;
}): MethodDecorator {
  const { summary, operationId, description, schema } = described;
  return applyDecorators(
    ApiTags(YOTPO_TAG),
    ApiOperation({ summary, operationId, ...(description === undefined ? {} : { description }) }),
    ApiResponse({ status: 200, description: 'Done.', standardSchema: schema }),
    ApiResponse({ status: 'default', description: 'A refusal, in words.', standardSchema: errorSchema }),
  );
}
