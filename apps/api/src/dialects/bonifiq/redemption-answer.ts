import { Injectable } from '@nestjs/common';
import { formatInstant, invariant, voucherExpiresAt, type DiscountType, type Redemption } from '#domain';
import type { RedemptionView } from '#ledger';
import { VoucherCodes } from '#platform';
import { int32Of } from './fields.js';
import type { Coupon, RedeemedResult } from './redeem/redeem.schema.js';
import { remarksOf } from './remarks.js';

const couponTypes: Record<DiscountType, number> = { fixed_amount: 0, percentage: 1, free_shipping: 2 };

/** What is read of a redemption to tell of it. */
type ToldRedemption = Pick<RedemptionView, 'redemption' | 'customer' | 'requestText'>;

/** A redemption in BonifiQ's words. */
@Injectable()
export class BonifiqAnswers {
  constructor(private readonly codes: VoucherCodes) {}

  redeemed(view: ToldRedemption, originalKey: string, withCoupon: boolean): RedeemedResult {
    const { redemption, requestText } = view;
    const code = this.codeOf(view);
    return {
      RewardId: Number(redemption.rewardOptionId),
      Point: {
        PointId: pointIdOf(redemption),
        Quantity: int32Of(redemption.cost),
        Metadatas: [...(remarksOf(requestText?.metadata).Metadatas ?? [])],
      },
      ExternalCode: code,
      OriginalKey: originalKey,
      Coupon: withCoupon && code !== null ? couponOf(redemption, code) : null,
    };
  }

  /** An orphaned voucher's code is kept back: the points for it have gone back, and it may work until it is voided. */
  codeOf({ redemption: { id, voucher }, customer: { companyId } }: ToldRedemption): string | null {
    if (voucher.code === undefined || voucher.state === 'orphaned') return null;
    return this.codes.openCode({ companyId, redemptionId: id, sealed: voucher.code });
  }
}

export function pointIdOf({ dialectId }: Redemption): number {
  invariant(dialectId !== undefined, 'a redemption of this dialect has an integer id');
  return Number(dialectId);
}

/** What its voucher is worth, in the option's currency or percent. */
export function worthOf({ terms }: Redemption): number {
  return Number(terms?.discountValue ?? 0);
}

function couponOf(redemption: Redemption, code: string): Coupon {
  const { terms, voucher, requestedAt, committedAt } = redemption;
  const ends = voucher.expiresAt ?? voucherExpiresAt(redemption);
  return {
    CouponCode: code,
    CouponType: terms === undefined ? couponTypes.fixed_amount : couponTypes[terms.discountType],
    CouponValue: worthOf(redemption),
    ValidDateStart: formatInstant(committedAt ?? requestedAt),
    ValidDateEnd: ends === undefined ? null : formatInstant(ends),
  };
}
