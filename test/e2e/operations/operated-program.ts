import { createTestDatabase, freePort, type TestDatabase } from '../../support/index.js';
import { ServiceProcess } from '../../support/service-process.js';

const LOYALTY = '/customer/api/open/v1/loyalty';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** API and worker as processes of their own on a database of the test's, with everything they print. */
export class OperatedProgram {
  private processes: readonly ServiceProcess[] = [];

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
      DATABASE_URL: database.connectionString,
      ADMIN_API_KEY: adminKey,
      ENCRYPTION_KEY: '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
      OUTGOING_ALLOW_PRIVATE: 'true',
      PORT: `${port}`,
      METRICS_PORT: `${metricsPort}`,
      ...env,
    };
    const services = ['api', 'worker'] as const;
    program.processes = await Promise.all(services.map((service) => ServiceProcess.start(service, common)));
    return program;
  }

  get output(): string {
    return this.processes.map(({ output }) => output).join('');
  }

  async stop(): Promise<void> {
    await this.stopProcesses();
    await this.database.drop();
  }

  /** Ends both in order and waits for their last words. */
  async stopProcesses(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.stop()));
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
}
