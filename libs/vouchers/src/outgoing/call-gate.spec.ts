import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CallGate } from './call-gate.js';
import type { Exchange } from './exchange.js';

const fine: Exchange = { kind: 'answered', status: 200, body: Buffer.alloc(0) };
const refused: Exchange = { kind: 'not_sent', cause: 'unreachable' };
const silent: Exchange = { kind: 'lost', cause: 'silent' };
const tuning = { sampledCalls: 10, callsMin: 3, failuresRatio: 0.5, pauseMs: 1_000, pauseMaxMs: 4_000 };

/** On the test's own clock: a moment that never comes. */
const LATER = 60_000;

/** A gate on a clock of its own. */
function gateAt(concurrency = 5) {
  let nowMs = 10_000;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const gate = new CallGate(concurrency, tuning);
  let sent = 0;
  const send = (exchange: Exchange) =>
    gate.pass((mayStart) => {
      if (!mayStart()) return Promise.resolve({ kind: 'not_sent', cause: 'stopped' });
      sent += 1;
      return Promise.resolve(exchange);
    }, LATER);
  const open = async () => {
    for (let calls = 0; calls < 3; calls += 1) await send(refused);
  };
  return { gate, send, open, sent: () => sent, pass: (ms: number) => (nowMs += ms) };
}

/** A call that ends when it is told to. */
function held() {
  let end: (exchange: Exchange) => void = () => undefined;
  const ended = new Promise<Exchange>((resolve) => (end = resolve));
  return { call: () => ended, end };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('The gate before a provider', () => {
  it('shuts after most calls failed, and sends nothing for a while', async () => {
    const { gate, send, open, sent } = gateAt();
    await open();
    expect(gate).toMatchObject({ state: 'open', isShut: true });
    expect(await send(fine)).toEqual({ kind: 'not_sent', cause: 'stopped' });
    expect(sent()).toBe(3);
  });

  it.each<[string, Exchange]>([
    ['calls without an answer', silent],
    ['broken connections', { kind: 'lost', cause: 'broken' }],
    ['faults of the provider', { kind: 'answered', status: 503, body: Buffer.alloc(0) }],
    ['being asked to slow down', { kind: 'answered', status: 429, body: Buffer.alloc(0) }],
  ])('shuts after %s', async (_, exchange) => {
    const { gate, send } = gateAt();
    for (let calls = 0; calls < 3; calls += 1) await send(exchange);
    expect(gate.state).toBe('open');
  });

  it.each<[string, Exchange]>([
    ['refusals', { kind: 'answered', status: 422, body: Buffer.alloc(0) }],
    ['keys that are not found', { kind: 'answered', status: 404, body: Buffer.alloc(0) }],
    ['calls that ran out of time before they were sent', { kind: 'not_sent', cause: 'late' }],
    ['callers who went away', { kind: 'lost', cause: 'stopped' }],
  ])('stays open to calls after %s', async (_, exchange) => {
    const { gate, send } = gateAt();
    for (let calls = 0; calls < 20; calls += 1) await send(exchange);
    expect(gate.state).toBe('closed');
  });

  it('stays open to calls while fewer than half fail', async () => {
    const { gate, send } = gateAt();
    for (let calls = 0; calls < 30; calls += 1) await send(calls % 3 === 2 ? silent : fine);
    expect(gate.state).toBe('closed');
  });

  it('lets one call try after the pause, and all when it was answered', async () => {
    const { gate, send, open, pass } = gateAt();
    await open();
    pass(1_000);
    expect(gate).toMatchObject({ state: 'open', isShut: false });
    const trying = held();
    const tried = gate.pass(trying.call, LATER);
    expect(gate).toMatchObject({ state: 'half_open', isShut: true });
    expect(await send(fine)).toEqual({ kind: 'not_sent', cause: 'stopped' });
    trying.end(fine);
    expect(await tried).toBe(fine);
    expect(gate).toMatchObject({ state: 'closed', isShut: false });
    expect(await send(fine)).toBe(fine);
  });

  it.each<[string, Exchange]>([
    ['failed', silent],
    ['was never sent', { kind: 'not_sent', cause: 'late' }],
    ['was called off', { kind: 'lost', cause: 'stopped' }],
  ])('pauses again, longer, when the call that tried %s', async (_, exchange) => {
    const { gate, send, open, pass } = gateAt();
    await open();
    pass(1_000);
    await send(exchange);
    expect(gate).toMatchObject({ state: 'open', isShut: true });
    pass(999);
    expect(gate.isShut).toBe(true);
    pass(1_001);
    expect(gate.isShut).toBe(false);
    await send(fine);
    expect(gate.state).toBe('closed');
  });

  it('measures its pause on a clock that nobody sets back', async () => {
    const { gate, send, open, pass } = gateAt();
    await open();
    const wall = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(wall - 3_600_000);
    pass(1_000);
    expect(await send(fine)).toBe(fine);
    expect(gate.state).toBe('closed');
  });

  it('lets no more through at once than it is told, and the others wait in line', async () => {
    const { gate } = gateAt(2);
    const calls = Array.from({ length: 5 }, held);
    const passing = calls.map(({ call }) => gate.pass(call, LATER));
    await settle();
    expect(gate).toMatchObject({ inFlight: 2, waiting: 3 });
    calls.forEach(({ end }) => end(fine));
    expect(await Promise.all(passing)).toEqual(Array(5).fill(fine));
    expect(gate).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it('sends none of those in line when it shuts meanwhile', async () => {
    const { gate, send, sent } = gateAt(3);
    const calls = Array.from({ length: 3 }, held);
    const passing = calls.map(({ call }) => gate.pass(call, LATER));
    const waiting = Array.from({ length: 4 }, () => send(fine));
    await settle();
    calls.forEach(({ end }) => end(silent));
    await Promise.all(passing);
    expect(await Promise.all(waiting)).toEqual(Array(4).fill({ kind: 'not_sent', cause: 'stopped' }));
    expect(sent()).toBe(0);
  });

  it('keeps nobody in line for longer than there is time', async () => {
    const { gate, sent } = gateAt(1);
    const hanging = held();
    const stuck = gate.pass(hanging.call, LATER);
    expect(await gate.pass(() => Promise.reject(new Error('It was sent.')), performance.now() + 5)).toEqual({
      kind: 'not_sent',
      cause: 'late',
    });
    expect(gate).toMatchObject({ inFlight: 1, waiting: 0 });
    hanging.end(fine);
    expect(await stuck).toBe(fine);
    await settle();
    expect(gate).toMatchObject({ state: 'closed', inFlight: 0 });
    expect(sent()).toBe(0);
  });

  it('turns away what the line has no room for', async () => {
    const { gate } = gateAt(1);
    const calls = Array.from({ length: 22 }, held);
    const passing = calls.map(({ call }) => gate.pass(call, LATER));
    expect(await passing[21]).toEqual({ kind: 'not_sent', cause: 'late' });
    calls.forEach(({ end }) => end(fine));
    await Promise.all(passing);
    expect(gate).toMatchObject({ inFlight: 0, waiting: 0 });
  });
});

/** Lets everything that needs no time come to rest. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
