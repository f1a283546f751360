import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { ADMIN_KEY_SECURITY, API_KEY_SECURITY, BASIC_SECURITY } from '../auth/access.js';

/** Puts up `/openapi.json` and, for a browser, `/docs`. Both are made from the schemas that check the input. */
export function describeApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'openapi.json' });
}

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Holdfast')
    .setDescription('Turns loyalty points into vouchers, exactly once.')
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, API_KEY_SECURITY)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-admin-key' }, ADMIN_KEY_SECURITY)
    .addBasicAuth({ type: 'http', scheme: 'basic' }, BASIC_SECURITY)
    .build();
  return SwaggerModule.createDocument(app, description, {
    standardSchemaConverter: (schema, { schemaType }) => toJsonSchema(schema as z.ZodType, schemaType),
  });
}

/** OpenAPI 3.1 speaks JSON Schema 2020-12; schemas with an id become components. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const {
    $schema: _,
    $defs = {},
    ...rest
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return { schema: rest as Record<string, unknown>, components: $defs as Record<string, Record<string, unknown>> };
}
