import { BenchFailure } from '../bench-failure.js';
import { POINTS_COST, type ScenarioProvider, type Shop } from '../scenario/scenario.js';

/** The tenant that the load belongs to. */
export interface BenchCompany {
  readonly id: number;
  readonly guid: string;
  readonly apiKey: string;
}

const SCOPES = ['redemptions:write', 'points:write', 'wallets:read', 'catalogue:write'];

/** A provider that is to be a company's default. */
export interface CompanyProvider extends ScenarioProvider {
  readonly baseUrl: string;
}

/** Companies made at once. */
const AT_ONCE = 8;

/** So many companies, in the order in which they were made. @throws BenchFailure when the API refuses. */
export async function makeCompanies(baseUrl: string, adminApiKey: string, count: number): Promise<BenchCompany[]> {
  const made: BenchCompany[] = [];
  for (let left = count; left > 0; left -= AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, left) }, () => makeCompany(baseUrl, adminApiKey));
    made.push(...(await Promise.all(some)));
  }
  return made;
}

/** Makes a company and a key through the admin API, and its provider outside where it has one. @throws BenchFailure when the API refuses. */
export async function makeCompany(
  baseUrl: string,
  adminApiKey: string,
  provider?: CompanyProvider,
): Promise<BenchCompany> {
  const send = async <T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<T> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { 'x-admin-key': adminApiKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new BenchFailure(`${path} answered ${response.status} ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  };
  const { id, guid } = await send<{ id: number; guid: string }>('POST', '/admin/v1/companies', { name: 'Benchmark' });
  const { apiKey } = await send<{ apiKey: string }>('POST', `/admin/v1/companies/${id}/api-keys`, {
    name: 'benchmark',
    scopes: SCOPES,
  });
  if (provider !== undefined) {
    const { timeoutMs, concurrency } = provider;
    const config = { baseUrl: provider.baseUrl, timeoutMs, ...(concurrency === undefined ? {} : { concurrency }) };
    await send('PUT', `/admin/v1/companies/${id}/voucher-providers/outside`, { kind: 'http', config, default: true });
  }
  return { id, guid, apiKey };
}

/** Puts an option into the company's catalogue, at the price of every measured redemption. @throws BenchFailure when the API refuses. */
export async function openShop(baseUrl: string, { guid, apiKey }: BenchCompany): Promise<Shop> {
  const path = '/bitlogin/api/open/v1/loyalty/reward-options';
  const response = await fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({
      rewardName: 'Ten off',
      costToRedeem: POINTS_COST,
      discountType: 'fixed_amount',
      discountValue: '10',
      expirationPreset: 'THIRTY_DAYS',
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new BenchFailure(`${path} answered ${response.status} ${text}`);
  return { guid, optionId: (JSON.parse(text) as { data: { id: string } }).data.id };
}
