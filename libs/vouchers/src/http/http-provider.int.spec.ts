import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { voucherProviderContract } from '../../../../test/contract-suites/voucher-provider.contract.js';
import { ProviderSimulator, type CallMode, type CallName } from '../../../../test/support/provider/index.js';
import {
  openHttpProvider,
  REDEMPTION_ID,
  TRACE_ID,
  type OpenOutsideProvider,
} from '../../../../test/support/provider/open-outside-provider.js';
import { until } from '../../../../test/support/until.js';

/** Long for a machine that is busy with something else, short for a test that waits for silence. */
const SILENCE_MS = 3_000;
const CANARY = 'Bearer canary-5e1f';

let simulator: ProviderSimulator;
const opened: OpenOutsideProvider[] = [];
let keys = 0;

function open(config: Readonly<Record<string, unknown>> = {}, tuning = {}): OpenOutsideProvider {
  const provider = openHttpProvider({ baseUrl: simulator.baseUrl, ...config }, tuning);
  opened.push(provider);
  return provider;
}

function newKey(): string {
  keys += 1;
  return `key/${keys}`;
}

beforeAll(async () => {
  simulator = await ProviderSimulator.start();
});
beforeEach(() => {
  simulator.forgetPlans();
  simulator.forgetSeen();
});
afterEach(async () => {
  await simulator.up();
  await Promise.all(opened.splice(0).map((provider) => provider.close()));
});
afterAll(() => simulator.stop());

describe('Over HTTP', () => {
  let own: ProviderSimulator;
  afterEach(() => own.stop());

  voucherProviderContract('http', async () => {
    own = await ProviderSimulator.start();
    const { provider } = open({ baseUrl: own.baseUrl });
    return {
      provider,
      usableCode: (key) => own.truth(key)?.vouchers.find(({ state }) => state === 'valid')?.code,
      use: async (key) => {
        await own.use(own.truth(key)?.vouchers[0]?.code ?? '');
      },
    };
  });
});

describe('An http provider', () => {
  it('sends what the contract says, and no more', async () => {
    const key = newKey();
    const { issue, find, cancel } = open({ headers: { Authorization: CANARY } });
    const issued = await issue(key);
    const voucher = simulator.truth(key)?.vouchers[0];
    expect(issued).toEqual({
      kind: 'issued',
      voucher: { code: voucher?.code, externalId: voucher?.externalId, expiresAt: undefined },
    });
    await find(key);
    await cancel(key);
    expect(simulator.seen().map(({ call }) => call)).toEqual(['issue', 'find', 'cancel']);
    for (const { headers } of simulator.seen()) {
      expect(headers).toMatchObject({ authorization: CANARY, 'idempotency-key': key, accept: 'application/json' });
      expect(headers['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-(?!0{16})[0-9a-f]{16}-01$`));
      expect(headers['user-agent']).toBeUndefined();
    }
    expect(simulator.counts.strayRequests).toBe(0);
  });

  it('makes up a trace where the caller has none', async () => {
    const { find } = open();
    await find(newKey(), { traceId: undefined });
    await find(newKey(), { traceId: 'not a trace\r\nx: y' });
    for (const { headers } of simulator.seen())
      expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('speaks below the path of its address', async () => {
    const { find } = open({ baseUrl: `${simulator.baseUrl}/api/v2/` });
    expect(await find(newKey())).toEqual({ kind: 'not_found' });
    expect(simulator.counts.strayRequests).toBe(1);
  });

  it('tells how each call went, without a code, a key or a header', async () => {
    const key = newKey();
    const { issue, find, told } = open({ headers: { Authorization: CANARY } });
    await issue(key);
    simulator.plan({ call: 'find', mode: 'error' });
    await find(key);
    expect(told).toMatchObject([
      {
        companyId: 1,
        provider: 'shop',
        call: 'issue',
        outcome: 'issued',
        cause: 'status_201',
        redemptionId: REDEMPTION_ID,
      },
      { call: 'find', outcome: 'unknown', cause: 'status_500' },
    ]);
    const text = JSON.stringify(told);
    for (const secret of [CANARY, key, simulator.truth(key)?.vouchers[0]?.code ?? 'none'])
      expect(text).not.toContain(secret);
  });

  it('does not ask what the provider cannot do', async () => {
    const { find, cancel } = open({ canLookup: false, canCancel: false });
    expect(await find(newKey())).toEqual({ kind: 'unknown' });
    expect(await cancel(newKey())).toEqual({ kind: 'unknown' });
    expect(simulator.counts.calls).toBe(0);
  });
});

interface Row {
  readonly call: CallName;
  readonly mode: CallMode;
  readonly outcome: string;
  /** What is true at the provider afterwards. */
  readonly truth: 'valid' | 'cancelled' | 'nothing';
}

/** Each call starts from a key that issue has never seen, or, for the other two, from one with a voucher that works. */
const TABLE: readonly Row[] = [
  { call: 'issue', mode: 'fine', outcome: 'issued', truth: 'valid' },
  { call: 'issue', mode: 'declined', outcome: 'declined', truth: 'nothing' },
  { call: 'issue', mode: 'in_progress', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'drop', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'reset', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'error', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'garbage', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'too_long', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'redirect', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'unavailable', outcome: 'unknown', truth: 'nothing' },
  { call: 'find', mode: 'fine', outcome: 'issued', truth: 'valid' },
  { call: 'find', mode: 'not_found', outcome: 'not_found', truth: 'valid' },
  { call: 'find', mode: 'drop', outcome: 'unknown', truth: 'valid' },
  { call: 'find', mode: 'reset', outcome: 'unknown', truth: 'valid' },
  { call: 'find', mode: 'error', outcome: 'unknown', truth: 'valid' },
  { call: 'find', mode: 'garbage', outcome: 'unknown', truth: 'valid' },
  { call: 'find', mode: 'too_long', outcome: 'unknown', truth: 'valid' },
  { call: 'find', mode: 'redirect', outcome: 'unknown', truth: 'valid' },
  { call: 'find', mode: 'unavailable', outcome: 'unknown', truth: 'valid' },
  { call: 'cancel', mode: 'fine', outcome: 'void', truth: 'cancelled' },
  { call: 'cancel', mode: 'drop', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'error', outcome: 'unknown', truth: 'cancelled' },
  // Of a cancellation only the status counts.
  { call: 'cancel', mode: 'garbage', outcome: 'void', truth: 'cancelled' },
  { call: 'cancel', mode: 'too_long', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'redirect', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'unavailable', outcome: 'unknown', truth: 'valid' },
];

/** These are known by their silence alone. */
const SILENT: readonly Row[] = [
  { call: 'issue', mode: 'hang', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'dribble', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'ignored', outcome: 'unknown', truth: 'nothing' },
  { call: 'issue', mode: 'late', outcome: 'unknown', truth: 'nothing' },
  { call: 'find', mode: 'hang', outcome: 'unknown', truth: 'valid' },
  { call: 'cancel', mode: 'hang', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'late', outcome: 'unknown', truth: 'valid' },
];

describe('What an http provider makes of it when', () => {
  async function play({ call, mode, outcome, truth }: Row, config = {}): Promise<void> {
    const key = newKey();
    if (call !== 'issue') await open().issue(key);
    simulator.plan({ key, call, mode });
    expect((await open(config)[call](key)).kind).toBe(outcome);
    expect(simulator.truth(key)?.vouchers[0]?.state ?? 'nothing').toBe(truth);
    expect(simulator.counts.strayRequests).toBe(0);
    expect(simulator.seen().filter((seen) => seen.call === call && seen.key === key)).toHaveLength(1);
  }

  it.each(TABLE)('$call goes as "$mode": $outcome', (row) => play(row));

  it('a call ends in silence: unknown', async () => {
    // All at once, since each takes as long as silence does.
    await Promise.all(SILENT.map((row) => play(row, { timeoutMs: SILENCE_MS })));
  });

  it('cancel finds a voucher in use: used', async () => {
    const key = newKey();
    const { issue, cancel, find } = open();
    await issue(key);
    await simulator.use(simulator.truth(key)?.vouchers[0]?.code ?? '');
    expect((await cancel(key)).kind).toBe('used');
    expect((await find(key)).kind).toBe('used');
  });

  it('the answer was lost, and the same key is asked for again: the same voucher', async () => {
    const key = newKey();
    const { issue } = open();
    simulator.plan({ key, call: 'issue', mode: 'drop' });
    expect((await issue(key)).kind).toBe('unknown');
    expect(await issue(key)).toMatchObject({
      kind: 'issued',
      voucher: { code: simulator.truth(key)?.vouchers[0]?.code },
    });
    expect(simulator.truth(key)?.vouchers).toHaveLength(1);
  });
});

describe('An http provider that is out of time', () => {
  it.each(['issue', 'find', 'cancel'] as const)('sends nothing: %s', async (call) => {
    const past = { deadlineMs: performance.now() - 1 };
    const outcome = await open()[call](newKey(), past);
    expect(outcome.kind).toBe(call === 'issue' ? 'not_sent' : 'unknown');
    expect(simulator.counts.calls).toBe(0);
  });

  it('sends nothing for a caller who is no longer waiting', async () => {
    expect((await open().issue(newKey(), { signal: AbortSignal.abort() })).kind).toBe('not_sent');
    expect(simulator.counts.calls).toBe(0);
  });

  it('sends nothing of what waited in line until it was too late, and says so before the deadline', async () => {
    const provider = open({ concurrency: 1 });
    simulator.plan({ call: 'issue', mode: 'hang' });
    const gone = new AbortController();
    const first = provider.issue(newKey(), { signal: gone.signal });
    const second = newKey();
    const deadlineMs = performance.now() + SILENCE_MS;
    expect((await provider.issue(second, { deadlineMs })).kind).toBe('not_sent');
    expect(performance.now()).toBeLessThan(deadlineMs);
    gone.abort();
    expect((await first).kind).not.toBe('issued');
    expect((await provider.issue(newKey())).kind).toBe('issued');
    expect(simulator.seen().map(({ key }) => key)).not.toContain(second);
  });

  it('says unknown, not "not sent", of a call that was given up under way', async () => {
    const gone = new AbortController();
    simulator.plan({ call: 'issue', mode: 'hang' });
    const key = newKey();
    const issuing = open().issue(key, { signal: gone.signal });
    await until(() => simulator.truth(key) !== undefined);
    gone.abort();
    expect((await issuing).kind).toBe('unknown');
  });
});

describe('An http provider under load', () => {
  it('has no more calls under way than it is told', async () => {
    simulator.plan({ call: 'issue', mode: 'slow', times: 30, delayMs: 10 });
    const { issue, outside } = open({ concurrency: 3 });
    const issuing = Array.from({ length: 30 }, () => issue(newKey()));
    expect(outside.condition?.()).toMatchObject({ breaker: 'closed', waiting: 30 - 3 });
    expect(new Set((await Promise.all(issuing)).map(({ kind }) => kind))).toEqual(new Set(['issued']));
    expect(simulator.counts.inFlightMax).toBe(3);
    expect(outside.condition?.()).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it('leaves a provider alone that does not answer, and comes back when it does', async () => {
    const gate = { sampledCalls: 10, callsMin: 3, failuresRatio: 0.5, pauseMs: 50, pauseMaxMs: 100 };
    const { issue, find, cancel, outside } = open({}, { gate });
    await simulator.down();
    const key = newKey();
    for (let calls = 0; calls < 3; calls += 1) expect((await issue(key)).kind).toBe('not_sent');
    expect(outside.condition?.().breaker).toBe('open');
    expect((await find(key)).kind).toBe('unknown');
    expect((await cancel(key)).kind).toBe('unknown');
    await simulator.up();
    await until(() => outside.condition?.().isShut === false);
    expect((await issue(key)).kind).toBe('issued');
    expect(outside.condition?.()).toMatchObject({ breaker: 'closed', isShut: false });
    expect(simulator.counts.calls).toBe(1);
  });
});
