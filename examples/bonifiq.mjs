import { call, setUp } from './set-up.mjs';

/** A till and a checkout that speak BonifiQ's dialect: redeem, order, cancel; deducted at once, and cashback held until the order. */
const { guid, apiKey, optionId: rewardId } = await setUp();
const headers = { authorization: `Basic ${Buffer.from(`${guid}:${apiKey}`).toString('base64')}` };
const pvt = async (method, path, body) => (await call(method, `/v1/pvt/${path}`, { headers, body })).Result;
const post = (path, body) => pvt('POST', path, body);
const CustomerId = 'ann@example.com';

const balance = async () => (await pvt('GET', `Customer/${CustomerId}/points`)).PointsBalance;

const own = { headers: { 'x-api-key': apiKey } };
await call('POST', '/bitlogin/api/open/v1/loyalty/reward-options', {
  ...own,
  body: {
    rewardName: 'Cashback',
    kind: 'cashback',
    pointsPerUnit: '10',
    discountType: 'fixed_amount',
    discountValue: '1',
    expirationPreset: 'SEVEN_DAYS',
  },
});
await call('PUT', '/customer/api/open/v1/loyalty/customers/ann', { ...own, body: { name: 'Ann', email: CustomerId } });
await post(`Customer/${CustomerId}/points`, {
  Points: 1_000,
  OperationType: 0,
  ChangeKey: 'welcome',
  Reason: 'Welcome',
});
console.log(`Ann has ${await balance()} points.`);

const redeem = { CustomerId, OriginalKey: 'till-1', RedeemOrigin: 5, ForceGenerateCoupon: true };
const atTill = await post(`POS/rewards/${rewardId}/redeem`, redeem);
await post(`POS/rewards/${rewardId}/redeem`, redeem);
console.log(`Her coupon costs ${atTill.Point.Quantity} points, deducted: ${await balance()} are left.`);

const checkout = { CustomerId, CheckoutId: 'checkout-1', Total: 45 };
const inCheckout = await post('Checkout/redeem', { ...checkout, CashbackValue: 20 });
console.log(`Cashback of 20 costs ${inCheckout.Point.Quantity}, held until the order: ${await balance()} are left.`);
await post('Checkout/redeem/remove', checkout);
console.log(`She thinks again: ${await balance()}.`);
const applied = await post('Checkout/redeem', { ...checkout, CheckoutId: 'checkout-2', CashbackValue: 15 });
console.log(`15 will do: ${await balance()} are left.`);

for (const [OriginalId, Coupon] of [
  ['order-1', atTill.ExternalCode],
  ['order-2', applied.ExternalCode],
]) {
  const Customer = { OriginalId: 'ann', Email: CustomerId };
  const order = await post('POS/orders', { OriginalId, OrderTotal: 45, OrderStatus: 2, Customer, Coupon });
  console.log(`${order.OriginalId} has used the coupon: ${order.PointsRedeemed} points.`);
  const part = await post(`POS/orders/${OriginalId}/partialcancel`, { ValueToRefund: 15, CancelKey: 'first' });
  console.log(`A third of it is cancelled: ${part.PointsReturned} points are back.`);
  const rest = await post(`POS/orders/${OriginalId}/cancel`, {});
  console.log(`The rest, too: ${rest.PointsReturned} more. Ann has ${await balance()} points.`);
}
