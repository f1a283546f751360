import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ProveRedemptionQuery } from '../../../audit/prove-redemption/prove-redemption.query.js';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { proofSchema, type ProofAnswer } from '../audit-schemas.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { redemptionParams, type RedemptionParams } from '../redemption-params.js';

@Controller(LOYALTY)
export class ProveRedemptionController {
  constructor(private readonly queries: QueryBus) {}

  @Get('audit/redemptions/:redemptionId/proof')
  @RequireScope('audit:read')
  @Describe({
    summary: 'A proof that a redemption stands in the sealed ledger',
    description: '409 `NOT_SEALED` until a checkpoint covers its newest event.',
    operationId: 'proveRedemption',
    answers: { 200: { description: 'The proof.', schema: proofSchema } },
  })
  async prove(
    @Param({ schema: redemptionParams }) { redemptionId }: RedemptionParams,
    @Call() { companyId }: CallContext,
  ): Promise<ProofAnswer> {
    return { data: await this.queries.execute(new ProveRedemptionQuery(companyId, redemptionId)) };
  }
}
