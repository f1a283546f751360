import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../until.js';
import { CallPlan, seededRandom } from './call-plan.js';
import { ProviderSimulator, WORST_MIX, type SimulatorOptions } from './index.js';

const REQUEST = {
  redemptionId: '0198f3a0-0000-7000-8000-000000000001',
  companyId: 1,
  customerId: 'customer-1',
  rewardOptionId: '7',
  rewardName: 'Ten off',
  points: '100',
  currency: 'EUR',
};

let simulator: ProviderSimulator;

async function start(options: SimulatorOptions = {}): Promise<ProviderSimulator> {
  simulator = await ProviderSimulator.start(options);
  return simulator;
}

async function call(
  method: string,
  key: string,
  suffix = '',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const address = suffix === '' && method === 'POST' ? '/vouchers' : `/vouchers/${key}${suffix}`;
  const response = await fetch(simulator.baseUrl + address, {
    method,
    headers: { 'idempotency-key': key },
    ...(method === 'POST' && suffix === '' ? { body: JSON.stringify(REQUEST) } : {}),
    redirect: 'manual',
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const issue = (key: string) => call('POST', key);
const find = (key: string) => call('GET', key);
const cancel = (key: string) => call('POST', key, '/cancel');

async function control(
  name: string,
  body?: unknown,
  base = simulator.controlUrl,
): Promise<{ status: number; body: unknown }> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${base}/_sim/${name}`, init);
  return { status: response.status, body: await response.json() };
}

afterEach(() => simulator.stop());

describe('The simulated provider', () => {
  it('keeps the contract when nothing else is planned', async () => {
    await start();
    const { status, body } = await issue('k1');
    expect(status).toBe(201);
    expect(await issue('k1')).toEqual({ status: 200, body });
    expect((await issue('k2')).body['code']).not.toBe(body['code']);
    expect(await find('k1')).toEqual({ status: 200, body: { ...body, status: 'active' } });
    expect((await find('k3')).status).toBe(404);
    expect((await cancel('k1')).status).toBe(204);
    expect((await cancel('k1')).status).toBe(204);
    expect((await find('k1')).body['status']).toBe('cancelled');
    expect(simulator.effects().map(({ key, effect }) => `${key} ${effect}`)).toEqual([
      'k1 issued',
      'k2 issued',
      'k1 cancelled',
      'k1 tombstoned',
    ]);
  });

  it('refuses what is no request of the contract', async () => {
    await start();
    const bad = await fetch(`${simulator.baseUrl}/vouchers`, {
      method: 'POST',
      headers: { 'idempotency-key': 'k1' },
      body: JSON.stringify({ ...REQUEST, points: 100 }),
    });
    expect(bad.status).toBe(400);
    expect((await fetch(`${simulator.baseUrl}/vouchers/k1`)).status).toBe(404);
    expect(simulator.effects()).toEqual([]);
    expect(simulator.counts.strayRequests).toBe(1);
  });

  it('never issues for a key that was cancelled before it was seen', async () => {
    await start();
    expect((await cancel('k1')).status).toBe(204);
    expect((await issue('k1')).status).toBe(422);
    expect(simulator.truth('k1')).toMatchObject({ vouchers: [], tombstoned: true });
  });

  it('says that a voucher was used instead of cancelling it', async () => {
    await start();
    const { code } = (await issue('k1')).body;
    expect(await control('use', { code })).toEqual({ status: 200, body: { outcome: 'used' } });
    expect((await control('use', { code })).status).toBe(409);
    expect((await control('use', { code: 'nobody' })).status).toBe(404);
    expect((await cancel('k1')).status).toBe(409);
    expect((await find('k1')).body['status']).toBe('used');
    expect((await issue('k1')).body['code']).toBe(code);
  });

  it.each(['hang', 'drop', 'reset', 'error', 'garbage', 'redirect', 'in_progress', 'too_long'] as const)(
    'has issued when it answers with %s',
    async (mode) => {
      await start();
      simulator.plan({ call: 'issue', mode });
      const gone = new AbortController();
      if (mode === 'hang') void until(() => simulator.effects().length === 1).then(() => gone.abort());
      const answered = fetch(`${simulator.baseUrl}/vouchers`, {
        method: 'POST',
        headers: { 'idempotency-key': 'k1' },
        body: JSON.stringify(REQUEST),
        redirect: 'manual',
        signal: gone.signal,
      }).then(async (response) =>
        `${response.status} ${(await response.text()).length > 100_000 ? 'long' : ''}`.trim(),
      );
      const expected = { error: '500', garbage: '200', redirect: '302', in_progress: '409', too_long: '200 long' };
      if (mode in expected) expect(await answered).toBe(expected[mode as keyof typeof expected]);
      else await expect(answered).rejects.toThrow();
      expect((await find('k1')).body).toMatchObject({
        code: simulator.truth('k1')?.vouchers[0]?.code,
        status: 'active',
      });
    },
  );

  it.each(['unavailable', 'declined'] as const)('has not issued when it answers with %s', async (mode) => {
    await start();
    simulator.plan({ key: 'k1', call: 'issue', mode });
    expect((await issue('k2')).status).toBe(201);
    expect((await issue('k1')).status).toBe(mode === 'declined' ? 422 : 503);
    expect((await issue('k1')).status).toBe(201);
  });

  it('issues late, after the caller has gone, unless it was cancelled meanwhile', async () => {
    await start();
    const gone = new AbortController();
    for (const key of ['k3', 'k4']) {
      simulator.plan({ key, call: 'issue', mode: 'late' });
      void fetch(`${simulator.baseUrl}/vouchers`, {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body: JSON.stringify(REQUEST),
        signal: gone.signal,
      }).catch(() => undefined);
    }
    await until(() => simulator.counts.latePending >= 2);
    expect((await find('k3')).status).toBe(404);
    gone.abort();
    expect((await cancel('k4')).status).toBe(204);
    expect((await control('late-now', {})).status).toBe(200);
    expect(simulator.counts.latePending).toBe(0);
    expect((await find('k3')).body['status']).toBe('active');
    expect(simulator.truth('k4')?.vouchers).toEqual([]);
  });

  it('forgets keys, and issues a second code', async () => {
    await start();
    simulator.plan({ call: 'issue', mode: 'forgets' });
    const first = (await issue('k1')).body['code'];
    expect((await find('k1')).status).toBe(404);
    const second = (await issue('k1')).body['code'];
    expect(second).not.toBe(first);
    expect(simulator.truth('k1')?.vouchers.map(({ state }) => state)).toEqual(['valid', 'valid']);
    await cancel('k1');
    expect(simulator.truth('k1')?.vouchers.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });

  it('gives the same code for two keys', async () => {
    await start();
    const first = (await issue('k1')).body['code'];
    simulator.plan({ call: 'issue', mode: 'same_code' });
    expect((await issue('k2')).body['code']).toBe(first);
  });

  it('can lack idempotency, look-up and cancel', async () => {
    await start({ traits: { idempotent: false, lookup: 405, canCancel: false } });
    expect((await issue('k1')).body['code']).not.toBe((await issue('k1')).body['code']);
    expect((await find('k1')).status).toBe(405);
    expect((await cancel('k1')).status).toBe(405);
    expect(simulator.truth('k1')?.vouchers).toHaveLength(2);
    expect((await control('traits', { lookup: 'truth' })).status).toBe(200);
    expect((await find('k1')).status).toBe(200);
  });

  it('goes down and comes up, with its control there all the time', async () => {
    await start();
    await issue('k1');
    expect((await control('down', {}, simulator.baseUrl)).status).toBe(200);
    await until(() =>
      fetch(simulator.baseUrl).then(
        () => false,
        () => true,
      ),
    );
    expect((await control('counts')).body).toMatchObject({ data: { calls: 1 } });
    await control('up', {});
    expect((await issue('k1')).status).toBe(200);
  });

  it('is told what to do by other processes, and says what it cannot', async () => {
    await start();
    expect((await control('plan', { call: 'find', mode: 'not_found', times: 2 })).status).toBe(200);
    await issue('k1');
    expect([(await find('k1')).status, (await find('k1')).status, (await find('k1')).status]).toEqual([404, 404, 200]);
    expect((await control('plan', { call: 'cancel', mode: 'declined' })).status).toBe(400);
    expect((await control('plan', { call: 'issue', mode: 'explode' })).status).toBe(400);
    expect((await control('mix', { unavailable: 1 })).status).toBe(200);
    expect((await issue('k2')).status).toBe(503);
    expect((await control('nothing')).status).toBe(404);
    expect((await control('effects')).body).toMatchObject({ data: [{ seq: 1, key: 'k1', effect: 'issued' }] });
  });

  it('keeps its effects over a restart, also when the last line was cut', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-sim-'));
    try {
      const logFile = path.join(dir, 'effects.jsonl');
      await start({ logFile });
      const codes = await Promise.all(Array.from({ length: 20 }, async (_, n) => (await issue(`k${n}`)).body['code']));
      await simulator.use(String(codes[3]));
      await cancel('k4');
      const before = simulator.truths();
      await simulator.stop();
      expect((await readFile(logFile, 'utf8')).trimEnd().split('\n')).toHaveLength(23);
      await appendFile(logFile, '{"seq":24,"key":"k0","eff');
      await start({ logFile });
      expect(simulator.truths()).toEqual(before);
      expect((await issue('k0')).body['code']).toBe(codes[0]);
      await issue('k-new');
      expect(simulator.effects().at(-1)).toMatchObject({ seq: 24, key: 'k-new', effect: 'issued' });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});

describe('The simulated provider’s chances', () => {
  it('are the same for the same seed, and as the mix says', async () => {
    await start();
    const modes = (seed: number) => {
      const plan = new CallPlan({ seed, mix: WORST_MIX, delayMs: 10 });
      return Array.from({ length: 2_000 }, () => plan.choose('issue', 'k').mode);
    };
    expect(modes(7)).toEqual(modes(7));
    expect(modes(7)).not.toEqual(modes(8));
    expect(new Set(modes(7))).toEqual(new Set(Object.keys(WORST_MIX)));
    const finds = new CallPlan({ seed: 1, mix: { declined: 1 }, delayMs: 1 });
    expect(finds.choose('find', 'k').mode).toBe('fine');
    const random = seededRandom(3);
    const numbers = Array.from({ length: 10_000 }, random);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });
});
