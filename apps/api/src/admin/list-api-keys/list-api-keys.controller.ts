import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN, companyParams, type CompanyParams } from '../path.js';
import { ListApiKeysQuery } from './list-api-keys.query.js';

const apiKeysSchema = z
  .object({
    data: z.array(
      z.object({
        id: z.uuid(),
        prefix: z.string(),
        name: z.string(),
        scopes: z.array(z.string()),
        createdAt: z.iso.datetime(),
        revokedAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .meta({ id: 'ApiKeys' });

@Controller(ADMIN)
export class ListApiKeysController {
  constructor(private readonly queries: QueryBus) {}

  @Get('companies/:id/api-keys')
  @AdminOnly()
  @DescribeAdmin({
    summary: 'The API keys of a company, revoked ones among them',
    operationId: 'listApiKeys',
    status: 200,
    description: 'Their prefixes; never the keys.',
    schema: apiKeysSchema,
  })
  async list(@Param({ schema: companyParams }) { id }: CompanyParams): Promise<z.output<typeof apiKeysSchema>> {
    const keys = await this.queries.execute(new ListApiKeysQuery(id));
    const data = keys.map(({ createdAt, revokedAt, ...key }) => ({
      ...key,
      createdAt: createdAt.toISOString(),
      revokedAt: revokedAt?.toISOString() ?? null,
    }));
    return { data };
  }
}
