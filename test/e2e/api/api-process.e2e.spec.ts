import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, freePort, type TestDatabase } from '../../support/index.js';
import { ADMIN_KEY, LOYALTY } from './api-rig.js';

const MAIN = 'dist/services/api.js';
let database: TestDatabase;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.drop();
});

interface RunningApi {
  readonly child: ChildProcess;
  readonly url: string;
  readonly exit: Promise<number | null>;
}

async function startApi(env: Readonly<Record<string, string>> = {}): Promise<RunningApi> {
  const port = await freePort();
  const child = fork(MAIN, [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATABASE_URL: database.connectionString,
      ADMIN_API_KEY: ADMIN_KEY,
      ENCRYPTION_KEY: '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
      ...env,
    },
  });
  children.add(child);
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const [message] = (await once(child, 'message')) as [unknown];
  expect(message).toEqual({ type: 'ready', port });
  return { child, url: `http://127.0.0.1:${port}`, exit };
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<{ data: Record<string, unknown> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { data: Record<string, unknown> };
}

async function tenantKey(url: string): Promise<string> {
  const admin = { 'x-admin-key': ADMIN_KEY };
  const company = await post(`${url}/admin/v1/companies`, admin, { name: 'Shop' });
  const scopes = ['redemptions:write', 'points:write'];
  const made = await post(`${url}/admin/v1/companies/${String(company.data['id'])}/api-keys`, admin, {
    name: 'k',
    scopes,
  });
  return String(made.data['apiKey']);
}

describe('The API as a process', () => {
  it('describes itself in /openapi.json, and in pages for a browser', async () => {
    const { url, child, exit } = await startApi();
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: object }>>;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toBe('3.1.0');
    const redeem = document.paths[`${LOYALTY}/customers/{customerId}/redeem`]?.['post'];
    expect(Object.keys(redeem?.responses ?? {})).toEqual(['200', '202', '422', 'default']);
    const { parameters } = document.paths['/api/v2/customers']?.['get'] as unknown as {
      parameters: { name: string }[];
    };
    expect(parameters.map(({ name }) => name)).toContain('customer_email');
    const { requestBody } = document.paths['/api/v2/redemptions']?.['post'] as unknown as {
      requestBody: { content: Record<string, { schema: { required: string[]; properties: object } }> };
    };
    const { required, properties } = requestBody.content['application/json']!.schema;
    expect(required).toEqual(['redemption_option_id']);
    expect(properties).toMatchObject({ points_to_redeem: { type: 'integer' }, customer_email: {} });
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(references.filter((name) => document.components.schemas[name ?? ''] === undefined)).toEqual([]);
    // A bundler may give classes other names, and the operations' ids are made of them.
    expect(JSON.stringify(document)).not.toMatch(/Controller\d/);
    const page = await fetch(`${url}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect((await fetch(`${url}/docs/swagger-ui-bundle.js`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('on SIGTERM finishes the request in flight before it goes', async () => {
    const { url, child, exit } = await startApi();
    const key = await tenantKey(url);
    await post(`${url}${LOYALTY}/customers/c1/points/earn`, { 'x-api-key': key }, { points: 500 });
    // No worker settles it, so it waits its two seconds out.
    const waiting = fetch(`${url}${LOYALTY}/customers/c1/redeem`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', prefer: 'wait=2' },
      body: JSON.stringify({ rewardOptionId: 'r', rewardName: 'R', pointsCost: 1 }),
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGTERM');
    const answer = await waiting;
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([202, 'wait=2']);
    await answer.text();
    expect(await exit).toBe(0);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it('ends when the supervisor has gone', async () => {
    const { child, exit } = await startApi();
    child.disconnect();
    expect(await exit).toBe(0);
  });

  it('refuses to start without its settings, and on a port that is taken', async () => {
    const { url, child, exit } = await startApi();
    const port = new URL(url).port;
    const taken = fork(MAIN, [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {
        PORT: port,
        DATABASE_URL: database.connectionString,
        ADMIN_API_KEY: ADMIN_KEY,
        ENCRYPTION_KEY: '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
      },
    });
    const unset = fork(MAIN, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: {} });
    expect(await Promise.all([once(taken, 'exit'), once(unset, 'exit')])).toEqual([
      [1, null],
      [1, null],
    ]);
    child.kill('SIGTERM');
    await exit;
  });
});
