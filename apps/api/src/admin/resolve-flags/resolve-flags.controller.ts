import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminOnly } from '../../auth/access.js';
import { redeemedSchema, type RedeemedAnswer } from '../../dialects/bitbybit/answer-schemas.js';
import { BitbybitAnswers } from '../../dialects/bitbybit/answers.js';
import { markAnswer } from '../../dialects/bitbybit/respond.js';
import { signalOf } from '../../http/call-context.js';
import { idempotencyKeyOf } from '../../http/idempotency-key.js';
import { ResolveFlagsCommand } from '../../redemptions/resolve-flags/resolve-flags.command.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN } from '../path.js';
import { resolveBody, resolveParams, type ResolveBody, type ResolveParams } from './resolve-flags.schema.js';

@Controller(ADMIN)
export class ResolveFlagsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Post('redemptions/:id/resolve')
  @HttpCode(200)
  @AdminOnly()
  @DescribeAdmin({
    summary: 'Say what became of a flagged redemption',
    operationId: 'resolveRedemption',
    status: 200,
    description: 'The redemption as it stands; the saga goes on from there.',
    schema: redeemedSchema,
  })
  async resolve(
    @Param({ schema: resolveParams }) { id }: ResolveParams,
    @Body({ schema: resolveBody }) { outcome, code, note, resolvedBy, idempotencyKey: fromBody }: ResolveBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedeemedAnswer> {
    const idempotencyKey = idempotencyKeyOf(request, fromBody);
    const origin = { traceId: request.traceId, signal: signalOf(reply) };
    const resolution = { outcome, code, note, resolvedBy, idempotencyKey };
    const answered = await this.commands.execute(new ResolveFlagsCommand(id, resolution, origin));
    markAnswer(reply, answered);
    return this.answers.redeemed(answered.view, answered.idempotencyKey);
  }
}
