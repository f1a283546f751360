import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { YOTPO_TAG } from './path.js';

const errorSchema = z.object({ error: z.string() }).meta({ id: 'YotpoError' });

interface DescribedCall {
  readonly summary: string;
  readonly operationId: string;
  readonly description?: string;
  /** Where they are read from: both places are, the body first, and only the usual one is described. */
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly schema: z.ZodType;
}

/** What `/openapi.json` says of a call in Yotpo's dialect. */
export function DescribeYotpo(described: DescribedCall): MethodDecorator {
  const { summary, operationId, description, query, body, schema } = described;
  return applyDecorators(
    ApiTags(YOTPO_TAG),
    ApiOperation({ summary, operationId, ...(description === undefined ? {} : { description }) }),
    ...(query === undefined ? [] : queryOf(query)),
    ...(body === undefined ? [] : [bodyOf(body)]),
    ApiResponse({ status: 200, description: 'Done.', standardSchema: schema }),
    ApiResponse({ status: 'default', description: 'A refusal, in words.', standardSchema: errorSchema }),
  );
}

function queryOf(parameters: z.ZodObject): MethodDecorator[] {
  const { properties, required } = jsonSchemaOf(parameters);
  return Object.entries(properties).map(([name, schema]) =>
    ApiQuery({ name, required: required.includes(name), schema }),
  );
}

function bodyOf(parameters: z.ZodObject): MethodDecorator {
  const { properties, required } = jsonSchemaOf(parameters);
  const schema = { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
  return ApiBody({ schema, required: false, description: 'Each parameter may stand in the query instead.' });
}

/** What is read in many ways, as numbers that may be texts, is described by its `meta`. A parameter that may be left out isn't required. */
function jsonSchemaOf(parameters: z.ZodObject) {
  const json = z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' });
  const properties = (json.properties ?? {}) as Record<string, Record<string, unknown>>;
  const shape = parameters.shape as Readonly<Record<string, z.ZodType>>;
  const required = Object.keys(shape).filter((name) => shape[name]?.safeParse(undefined).success === false);
  return { properties, required };
}
