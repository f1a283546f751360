export type OrderErrorCode =
  /** The company has told of no order with this id. */
  | 'ORDER_NOT_FOUND'
  /** The order is on record with another customer, total, currency or other codes. */
  | 'ORDER_DIFFERS'
  /** The refund is on record with another amount. */
  | 'REFUND_DIFFERS'
  | 'CURRENCY_DIFFERS'
  /** Two vouchers that may still be used have this code. */
  | 'CODE_AMBIGUOUS'
  | 'CODE_OF_ANOTHER_CUSTOMER';

const explanations: Record<OrderErrorCode, string> = {
  ORDER_NOT_FOUND: 'There is no order with this id.',
  ORDER_DIFFERS:
    'An order with this id is on record already, with another customer, total, currency or other coupon codes. Nothing was changed.',
  REFUND_DIFFERS: 'A refund with this id is on record already, with another amount. Nothing was changed.',
  CURRENCY_DIFFERS: 'The currency is not the one of the order.',
  CODE_AMBIGUOUS:
    'Two vouchers have this coupon code, so it cannot be told whose points pay. Ask support to look at them.',
  CODE_OF_ANOTHER_CUSTOMER: 'A coupon code of this order belongs to another customer.',
};

/** An order or a refund that can never be taken as it was told; nothing of it is kept. */
export class OrderError extends Error {
  override readonly name = 'OrderError';

  constructor(readonly code: OrderErrorCode) {
    super(explanations[code]);
  }
}
