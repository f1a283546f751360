import { BenchFailure } from '../bench-failure.js';

/** The tenant that the load belongs to. */
export interface BenchCompany {
  readonly id: number;
  readonly apiKey: string;
}

const SCOPES = ['redemptions:write', 'points:write', 'wallets:read'];

/** Makes a company and a key through the admin API. @throws BenchFailure when the API refuses. */
export async function makeCompany(baseUrl: string, adminApiKey: string): Promise<BenchCompany> {
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: { 'x-admin-key': adminApiKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new BenchFailure(`${path} answered ${response.status} ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  };
  const { id } = await post<{ id: number }>('/admin/v1/companies', { name: 'Benchmark' });
  const { apiKey } = await post<{ apiKey: string }>(`/admin/v1/companies/${id}/api-keys`, {
    name: 'benchmark',
    scopes: SCOPES,
  });
  return { id, apiKey };
}
