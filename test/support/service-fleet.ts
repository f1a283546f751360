import { ServiceProcess, type Service } from './service-process.js';

export const FLEET_ADMIN_KEY = 'an-admin-key-for-the-tests';
export const FLEET_KEYS = '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const LOYALTY = '/customer/api/open/v1/loyalty';
const SCOPES = ['redemptions:write', 'points:write', 'wallets:read'];

export interface FleetTenant {
  readonly id: number;
  readonly key: string;
}

export interface FleetAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** APIs and workers, as many as a test wants, in processes of their own with the same settings. */
export class ServiceFleet {
  private readonly running = new Set<ServiceProcess>();

  constructor(private readonly env: Readonly<Record<string, string>>) {}

  get apis(): readonly ServiceProcess[] {
    return [...this.running].filter(({ service }) => service === 'api');
  }

  get workers(): readonly ServiceProcess[] {
    return [...this.running].filter(({ service }) => service === 'worker');
  }

  /** One more, that is ready. */
  async join(service: Service, env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const started = await ServiceProcess.start(service, {
      ADMIN_API_KEY: FLEET_ADMIN_KEY,
      ENCRYPTION_KEY: FLEET_KEYS,
      OUTGOING_ALLOW_PRIVATE: 'true',
      LOG_LEVEL: 'warn',
      PORT: '0',
      ...this.env,
      ...env,
    });
    this.running.add(started);
    return started;
  }

  /** One less, and everything it has in hand finished. */
  async leave(one: ServiceProcess): Promise<number | null> {
    this.running.delete(one);
    return one.stop();
  }

  /** One less, in the middle of whatever it was doing. */
  async lose(one: ServiceProcess): Promise<void> {
    this.running.delete(one);
    await one.kill();
  }

  /** @returns exit codes, of which all are 0 where everybody ended in order. */
  async stop(): Promise<readonly (number | null)[]> {
    // The APIs first: what their callers wait for is settled by the workers.
    const codes = await Promise.all(this.apis.map((one) => this.leave(one)));
    return [...codes, ...(await Promise.all(this.workers.map((one) => this.leave(one))))];
  }

  /** A company with a key for everything, made through any API. @param providerUrl of its own `http` provider; unset: codes are generated. */
  async tenant(name = 'Shop', providerUrl?: string): Promise<FleetTenant> {
    const id = Number((await this.admin('POST', '/companies', { name }))['id']);
    const { apiKey } = await this.admin('POST', `/companies/${id}/api-keys`, { name: 'till', scopes: SCOPES });
    if (providerUrl !== undefined) {
      const provider = { kind: 'http', config: { baseUrl: providerUrl }, default: true };
      await this.admin('PUT', `/companies/${id}/voucher-providers/shop`, provider);
    }
    return { id, key: String(apiKey) };
  }

  /** A call of the loyalty API through one of the APIs: the first, where none is named. */
  async call(
    { key }: FleetTenant,
    path: string,
    body?: object,
    { at = this.apis[0]?.url ?? '', limitMs = 30_000 }: { readonly at?: string; readonly limitMs?: number } = {},
  ): Promise<FleetAnswer> {
    const response = await fetch(`${at}${LOYALTY}/${path}`, {
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(limitMs),
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  private async admin(method: 'POST' | 'PUT', path: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.apis[0]?.url ?? ''}/admin/v1${path}`, {
      method,
      headers: { 'x-admin-key': FLEET_ADMIN_KEY, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { readonly data: Record<string, unknown> }).data;
  }
}
