import { availableSchema } from '../../apps/api/src/dialects/bonifiq/available/available.schema.js';
import { cancelledSchema } from '../../apps/api/src/dialects/bonifiq/cancel-reward/cancel-reward.schema.js';
import { appliedSchema, removedSchema } from '../../apps/api/src/dialects/bonifiq/checkout/checkout.schema.js';
import { listSchema } from '../../apps/api/src/dialects/bonifiq/list-redemptions/list-redemptions.schema.js';
import { cancelledOrderSchema, orderSchema } from '../../apps/api/src/dialects/bonifiq/orders/order.schema.js';
import { balanceSchema, changedSchema } from '../../apps/api/src/dialects/bonifiq/points/points.schema.js';
import { redeemedSchema } from '../../apps/api/src/dialects/bonifiq/redeem/redeem.schema.js';
import type { CallProbe } from './bitbybit-calls.js';

const CustomerId = 'ann@example.com';

/** Calls by their row of docs/dialects.md. What stands in braces stands for the scene's. */
export const bonifiqCalls: Readonly<Record<string, CallProbe>> = {
  'POST V/POS/rewards/{id}/redeem': {
    body: {
      CustomerId,
      Value: null,
      Points: null,
      OriginalKey: '1-ann-O1-10',
      Metadatas: [{ Name: 'till', Value: '3' }],
      RedeemOrigin: 5,
      Branch: { OriginalId: 'b-1', Name: 'Centro' },
      SalesPerson: { OriginalId: 's-1', Name: 'Bia' },
      ForceGenerateCoupon: true,
    },
    status: 200,
    shape: redeemedSchema,
    moves: [-100, 0, 100],
  },
  'POST V/POS/rewards/available': {
    body: { CustomerId, PurchaseValue: 90.5, DiscountValue: 0, Products: [] },
    status: 200,
    shape: availableSchema,
  },
  'GET V/POS/rewards': { path: `?CustomerId=${CustomerId}`, status: 200, shape: listSchema },
  'DELETE V/POS/rewards/{id}': { status: 200, shape: cancelledSchema, moves: [100, 0, -100] },
  'DELETE V/POS/rewards': { path: '?OriginalKey=by-key', status: 200, shape: cancelledSchema, moves: [100, 0, -100] },
  'POST V/POS/orders': {
    body: {
      OriginalId: 'O-2',
      OrderPlacementDate: '2026-01-05T10:00:00Z',
      OrderStatus: 2,
      IsCompleted: true,
      OrderTotal: 90.5,
      Customer: { OriginalId: 'ann', Email: CustomerId },
      Coupon: 'SHOP-TEN',
    },
    status: 200,
    shape: orderSchema,
  },
  'POST V/POS/orders/{orderId}/cancel': { status: 200, shape: cancelledOrderSchema, moves: [50, 0, -50] },
  'POST V/POS/orders/{orderId}/partialcancel': {
    body: { ValueToRefund: 10, CancelKey: 'part-1' },
    status: 200,
    shape: cancelledOrderSchema,
    moves: [50, 0, -50],
  },
  'POST V/Customer/{id}/points': {
    body: { Points: 25, OperationType: 0, Reason: 'Welcome', ChangeKey: 'welcome-1' },
    status: 200,
    shape: changedSchema,
    moves: [25, 0, 0],
  },
  'GET V/Customer/{id}/points': { status: 200, shape: balanceSchema },
  'POST V/Checkout/redeem': {
    body: { CustomerId, CheckoutId: 'checkout-1', CashbackValue: 2.5, Total: 90, Token: 't', Items: [] },
    status: 200,
    shape: appliedSchema,
    moves: [-25, 25, 0],
  },
  'POST V/Checkout/redeem/remove': {
    body: { CustomerId, CheckoutId: 'checkout-1', Total: 90 },
    status: 200,
    shape: removedSchema,
    moves: [25, -25, 0],
  },
  'POST V/POS/customers/{id}/challenge': { body: {}, status: 404 },
  'POST V/POS/customers/{id}/challengevalidate': { body: {}, status: 404 },
  'POST V/RewardConfigurations/{id}/redeem': { body: { CustomerId }, status: 404 },
  'POST V/RewardConfigurations/{id}/product-discount/redeem': { body: { CustomerId }, status: 404 },
  'POST V/Order': {
    body: { OriginalId: 'O-3', OrderStatus: 2, OrderTotal: 12, Customer: { Email: CustomerId }, Coupon: 'SHOP-TEN' },
    status: 200,
    shape: orderSchema,
  },
  'POST V/Customer/{id}/cashback': { body: {}, status: 404 },
  'POST V/Product/points': { body: {}, status: 404 },
};
