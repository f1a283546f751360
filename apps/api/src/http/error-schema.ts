import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

const errorSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      instance: z.string(),
    }),
  })
  .meta({ id: 'Error', description: 'bitbybit’s envelope, with the members of RFC 9457 in it.' });

/** What every call may answer instead. */
export function DescribeErrors(): MethodDecorator {
  return ApiResponse({ status: 'default', description: 'A refusal, with its code.', standardSchema: errorSchema });
}
