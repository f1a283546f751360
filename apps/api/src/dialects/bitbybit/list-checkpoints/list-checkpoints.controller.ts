import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { formatInstant, POINTS_MAX } from '#domain';
import { shownCheckpoint, type StoredCheckpoint } from '#ledger';
import { ListCheckpointsQuery } from '../../../audit/list-checkpoints/list-checkpoints.query.js';
import { RequireScope } from '../../../auth/access.js';
import { limit } from '../../../http/fields.js';
import { checkpointsSchema, type CheckpointAnswer, type CheckpointsAnswer } from '../audit-schemas.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';

const checkpointsQuery = z.object({
  limit,
  before: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'must be the id of a checkpoint')
    .optional()
    .transform((text) => (text === undefined ? POINTS_MAX : BigInt(text)))
    .meta({ type: 'string', description: 'Only checkpoints below this id. Take it from pagination.nextBefore.' }),
});
type CheckpointsQuery = z.output<typeof checkpointsQuery>;

@Controller(LOYALTY)
export class ListCheckpointsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('audit/checkpoints')
  @RequireScope('audit:read')
  @Describe({
    summary: 'The seals over the ledger, the newest first',
    description: 'A checkpoint covers the whole ledger of this server, not the company’s alone.',
    operationId: 'listCheckpoints',
    answers: { 200: { description: 'One page.', schema: checkpointsSchema } },
  })
  async list(@Query({ schema: checkpointsQuery }) { limit, before }: CheckpointsQuery): Promise<CheckpointsAnswer> {
    const found = await this.queries.execute(new ListCheckpointsQuery({ before, limit: limit + 1 }));
    const data = found.slice(0, limit).map(checkpointAnswer);
    const hasMore = found.length > limit;
    return { data, pagination: { limit, hasMore, nextBefore: hasMore ? (data.at(-1)?.id ?? null) : null } };
  }
}

function checkpointAnswer(stored: StoredCheckpoint): CheckpointAnswer {
  const { id, sealedAt, root, keyId } = stored.checkpoint;
  return { id: String(id), sealedAt: formatInstant(sealedAt), root, keyId, ...shownCheckpoint(stored) };
}
