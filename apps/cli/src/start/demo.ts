import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { StartFailure } from './start-failure.js';

const CUSTOMERS = '/customer/api/open/v1/loyalty/customers';
const DEMO_POINTS = 1000;
const DEMO_SCOPES = ['redemptions:write', 'points:write', 'wallets:read'];

/** A company to try things with: its key redeems for the customer `demo`. */
export interface Demo {
  readonly apiKey: string;
}

export interface DemoOptions {
  readonly baseUrl: string;
  readonly adminApiKey: string;
  readonly dataDir: string;
}

/**
 * The demo company of this data folder; made through the API, as any other company would be, when there is none or the database doesn't
 * know it.
 *
 * @throws StartFailure when the API refuses.
 */
export async function ensureDemo(options: DemoOptions): Promise<Demo> {
  const file = path.join(options.dataDir, 'demo-api-key');
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (known !== '' && (await isKnown(options.baseUrl, known))) return { apiKey: known };
  const apiKey = await makeCompany(options);
  await writeFile(file, `${apiKey}\n`, { mode: 0o600, flush: true });
  return { apiKey };
}

async function isKnown(baseUrl: string, apiKey: string): Promise<boolean> {
  const response = await fetch(`${baseUrl}${CUSTOMERS}/demo/wallet`, { headers: { 'x-api-key': apiKey } });
  await response.body?.cancel();
  return response.ok;
}

async function makeCompany({ baseUrl, adminApiKey }: DemoOptions): Promise<string> {
  const admin = { 'x-admin-key': adminApiKey };
  const company = await post<{ id: number }>(`${baseUrl}/admin/v1/companies`, admin, { name: 'Demo' });
  const key = await post<{ apiKey: string }>(`${baseUrl}/admin/v1/companies/${company.id}/api-keys`, admin, {
    name: 'demo',
    scopes: DEMO_SCOPES,
  });
  const caller = { 'x-api-key': key.apiKey };
  await post(`${baseUrl}${CUSTOMERS}/demo/points/earn`, caller, { points: DEMO_POINTS, note: 'Welcome' });
  return key.apiKey;
}

async function post<T>(url: string, headers: Record<string, string>, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new StartFailure(
      `The demo company could not be made: ${new URL(url).pathname} answered ${response.status} ${text}`,
    );
  }
  return (JSON.parse(text) as { data: T }).data;
}
