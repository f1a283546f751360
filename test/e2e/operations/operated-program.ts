import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, freePort, type TestDatabase } from '../../support/index.js';

const LOYALTY = '/customer/api/open/v1/loyalty';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** API and worker as processes of their own on a database of the test's, with everything they print. */
export class OperatedProgram {
  output = '';
  private readonly children: ChildProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly adminKey: string,
    readonly apiUrl: string,
    readonly workerUrl: string,
  ) {}

  static async start(env: Readonly<Record<string, string>>): Promise<OperatedProgram> {
    const database = await createTestDatabase();
    const [port, metricsPort] = [await freePort(), await freePort()];
    const adminKey = env['ADMIN_API_KEY'] ?? 'an-admin-key-for-the-tests';
    const [apiUrl, workerUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${metricsPort}`];
    const program = new OperatedProgram(database, adminKey, apiUrl, workerUrl);
    const common = {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: database.connectionString,
      ADMIN_API_KEY: adminKey,
      ENCRYPTION_KEY: '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
      OUTGOING_ALLOW_PRIVATE: 'true',
      PORT: `${port}`,
      METRICS_PORT: `${metricsPort}`,
      ...env,
    };
    await Promise.all(['api', 'worker'].map((app) => program.startProcess(app, common)));
    return program;
  }

  async stop(): Promise<void> {
    await this.stopProcesses();
    await this.database.drop();
  }

  /** Ends both in order and waits for their last words. */
  async stopProcesses(): Promise<void> {
    await Promise.all(
      this.children.splice(0).map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) {
          const ended = once(child, 'exit');
          child.kill('SIGTERM');
          await ended;
        }
        const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
        await Promise.all(streams.map((stream) => finished(stream)));
      }),
    );
  }

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const response = await fetch(url, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** A call with a body, to the API. @returns what stands under `data`. */
  async send(
    method: 'POST' | 'PUT',
    path: string,
    headers: Readonly<Record<string, string>>,
    body: unknown,
  ): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { readonly data?: Record<string, unknown> };
    if (answer.data === undefined) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer.data;
  }

  admin(method: 'POST' | 'PUT', path: string, body: unknown): Promise<Record<string, unknown>> {
    return this.send(method, `/admin/v1${path}`, { 'x-admin-key': this.adminKey }, body);
  }

  /** A company with a key for everything; `provider` makes an `http` provider its default. */
  async company(provider?: { readonly config: object }): Promise<{ readonly id: number; readonly key: string }> {
    const id = Number((await this.admin('POST', '/companies', { name: 'Shop' }))['id']);
    const scopes = ['redemptions:write', 'points:write', 'wallets:read'];
    const { apiKey } = await this.admin('POST', `/companies/${id}/api-keys`, { name: 'till', scopes });
    if (provider !== undefined) {
      const body = { kind: 'http', config: provider.config, default: true };
      await this.admin('PUT', `/companies/${id}/voucher-providers/shop`, body);
    }
    return { id, key: String(apiKey) };
  }

  loyalty(
    key: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, unknown>> {
    return this.send('POST', `${LOYALTY}${path}`, { 'x-api-key': key, ...headers }, body);
  }

  private async startProcess(app: string, env: Readonly<Record<string, string>>): Promise<void> {
    const child = fork(`dist/apps/${app}/src/main.js`, [], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.children.push(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    const ended = once(child, 'exit').then(() => []);
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown?];
    if (message === undefined) throw new Error(`The ${app} ended before it was ready: ${this.output}`);
  }
}

/** Waits for what comes true by itself. */
export async function until(isSo: () => Promise<boolean> | boolean, limitMs = 20_000): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`It did not come true within ${limitMs} ms.`);
    await sleep(50);
  }
}
