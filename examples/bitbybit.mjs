import { call, setUp } from './set-up.mjs';

/** A checkout that speaks bitbybit's dialect: redeem, commit with the order, reverse; deducted at once, and with the order. */
const { apiKey, optionId } = await setUp();
const headers = { 'x-api-key': apiKey };
const P = '/customer/api/open/v1/loyalty';
const post = async (path, body) => (await call('POST', `${P}/${path}`, { headers, body })).data;
const balance = async () => (await call('GET', `${P}/customers/ann/wallet`, { headers })).data.availablePoints;

await post('customers/ann/points/earn', { points: 1_000, idempotencyKey: 'welcome' });
console.log(`Ann has ${await balance()} points.`);

for (const delayed of [false, true]) {
  const request = {
    rewardOptionId: optionId,
    rewardName: 'Ten off',
    pointsCost: 100,
    delayPointsDeduction: delayed,
    idempotencyKey: `checkout-${delayed ? 2 : 1}`,
  };
  const { redemption } = await post('customers/ann/redeem', request);
  const again = (await post('customers/ann/redeem', request)).redemption;
  console.log(
    `Her coupon is ${redemption.status}; asked for twice it is ${again.id === redemption.id ? 'one' : 'two'}.`,
  );

  if (delayed) {
    const committed = (await post(`redemptions/${redemption.id}/commit`, { orderId: 'order-2' })).redemption;
    console.log(`The order has come: ${committed.status}, ${committed.pointsCommitted} points.`);
    const part = { points: 33, idempotencyKey: 'order-2-refund-1' };
    await post(`redemptions/${redemption.id}/reverse`, part);
    await post(`redemptions/${redemption.id}/reverse`, part);
    console.log(`A third of it is refunded: Ann has ${await balance()} points.`);
  }
  const { redemption: back } = await post(`redemptions/${redemption.id}/reverse`, {
    reason: 'The customer gave it back',
  });
  console.log(`All of it is refunded: ${back.engineStatus}. Ann has ${await balance()} points.`);
}
