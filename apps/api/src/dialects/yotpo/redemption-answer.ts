import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { formatInstant, invariant, type Redemption } from '#domain';
import type { RedemptionView } from '#ledger';
import { VoucherCodes } from '#platform';
import { int32Of } from './fields.js';

const time = z.iso.datetime().nullable();

/** Yotpo's bare object; clients read the code as `reward_text`, older ones as `code` or `token`. */
export const redemptionSchema = z
  .object({
    id: z.int(),
    reward_text: z.string().nullable(),
    code: z.string().nullable(),
    token: z.string().nullable(),
    approved: z.boolean(),
    approved_at: time,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    redemption_option_id: z.int().nullable(),
    points: z.int(),
    expires_at: time.meta({ description: 'Until when a delayed deduction is held.' }),
    status: z.string().meta({ description: 'The engine’s own status.' }),
  })
  .meta({ id: 'YotpoRedemption' });
export type RedemptionAnswer = z.output<typeof redemptionSchema>;

@Injectable()
export class YotpoAnswers {
  constructor(private readonly codes: VoucherCodes) {}

  redemption({ redemption: r, customer }: RedemptionView): RedemptionAnswer {
    invariant(r.dialectId !== undefined, 'a redemption of this dialect has an integer id');
    const code = this.#codeOf(r, customer.companyId);
    const isHeld = r.status === 'reserved' && r.reserveExpiresAt !== undefined;
    return {
      id: Number(r.dialectId),
      reward_text: code,
      code,
      token: code,
      approved: r.committedAt !== undefined,
      approved_at: r.committedAt === undefined ? null : formatInstant(r.committedAt),
      created_at: formatInstant(r.requestedAt),
      updated_at: formatInstant(r.updatedAt),
      redemption_option_id: Number(r.rewardOptionId),
      points: int32Of(r.cost),
      expires_at: isHeld ? formatInstant(r.reserveExpiresAt) : null,
      status: r.status,
    };
  }

  /** An orphaned voucher's code is kept back: the points for it have gone back, and it may work until it is voided. */
  #codeOf({ id, voucher }: Redemption, companyId: number): string | null {
    if (voucher.code === undefined || voucher.state === 'orphaned') return null;
    return this.codes.openCode({ companyId, redemptionId: id, sealed: voucher.code });
  }
}
