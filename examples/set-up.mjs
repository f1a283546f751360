/**
 * A company with a key and one reward option, made through the administrator's calls: what a merchant has before its checkout calls
 * anything. `HOLDFAST_URL` says where Holdfast listens, `ADMIN_API_KEY` is the key that `npm start` printed once.
 */
const url = process.env.HOLDFAST_URL ?? 'http://127.0.0.1:3000';
const adminKey = process.env.ADMIN_API_KEY;

export async function setUp() {
  if (adminKey === undefined) throw new Error('Set ADMIN_API_KEY to the key that "npm start" printed.');
  const admin = { 'x-admin-key': adminKey };
  const company = (await call('POST', '/admin/v1/companies', { headers: admin, body: { name: 'Example shop' } })).data;
  const scopes = ['redemptions:write', 'points:write', 'wallets:read', 'catalogue:write'];
  const keys = `/admin/v1/companies/${company.id}/api-keys`;
  const { apiKey } = (await call('POST', keys, { headers: admin, body: { name: 'checkout', scopes } })).data;
  const option = await call('POST', '/bitlogin/api/open/v1/loyalty/reward-options', {
    headers: { 'x-api-key': apiKey },
    body: {
      rewardName: 'Ten off',
      costToRedeem: 100,
      discountType: 'fixed_amount',
      discountValue: '10',
      expirationPreset: 'SEVEN_DAYS',
    },
  });
  return { guid: company.guid, apiKey, optionId: option.data.id };
}

/** One JSON call; whatever is not 2xx is thrown. */
export async function call(method, path, { headers = {}, body } = {}) {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
