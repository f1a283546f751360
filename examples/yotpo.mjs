import { call, setUp } from './set-up.mjs';

/** A checkout that speaks Yotpo's dialect: redeem, order, refund; deducted at once, and with the order. */
const { guid, apiKey, optionId } = await setUp();
const headers = { 'x-guid': guid, 'x-api-key': apiKey };
const post = (path, body) => call('POST', `/api/v2/${path}`, { headers, body });
const customer = { customer_email: 'ann@example.com' };

async function balance() {
  return (await call('GET', '/api/v2/customers?customer_email=ann@example.com', { headers })).points_balance;
}

await post('customers', { ...customer, first_name: 'Ann' });
await post('points/adjust', { ...customer, point_adjustment_amount: 1_000 });
console.log(`Ann has ${await balance()} points.`);

for (const delayed of [false, true]) {
  const coupon = await post('redemptions', {
    ...customer,
    redemption_option_id: Number(optionId),
    delay_points_deduction: delayed,
  });
  const deducted = coupon.approved ? 'deducted' : 'held until the order';
  console.log(`Her coupon costs ${coupon.points} points, ${deducted}: ${await balance()} are left.`);

  const orderId = delayed ? 'order-2' : 'order-1';
  const order = await post('orders', {
    ...customer,
    order_id: orderId,
    total_amount_cents: 4_500,
    currency_code: 'USD',
    coupon_code: coupon.reward_text,
    ip_address: '203.0.113.4',
    user_agent: 'example',
  });
  console.log(`${order.order_id} has used the coupon: ${order.points_redeemed} points.`);

  const part = { order_id: orderId, id: `${orderId}-refund-1`, total_amount_cents: 1_500, currency: 'USD' };
  console.log(`A third of it is refunded: ${(await post('refunds', part)).points_refunded} points are back.`);
  await post('refunds', part);
  const rest = await post('refunds', { ...part, id: `${orderId}-refund-2`, total_amount_cents: 3_000 });
  console.log(`The rest, too: ${rest.points_refunded} more. Ann has ${await balance()} points.`);
}
