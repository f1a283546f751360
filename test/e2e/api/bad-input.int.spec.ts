import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorEnvelope } from '../../../apps/api/src/http/error-envelope.js';
import { ApiRig, LOYALTY, type Answer, type Tenant } from './api-rig.js';

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '0' });
  shop = await rig.tenant();
  await rig.earn(shop, 'c1', 1_000);
});
afterAll(() => rig.close());

const GOOD = { rewardOptionId: 'r', rewardName: 'R', pointsCost: 1 };
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
const raw = (fields: string) => `{"rewardOptionId":"r","rewardName":"R","pointsCost":1${fields}}`;

/** Bodies of the redeem call that are refused, with the status they get. */
const refusedBodies: readonly (readonly [name: string, status: number, body: unknown])[] = [
  ['no body', 400, ''],
  ['broken JSON', 400, '{"rewardOptionId":'],
  ['a byte order mark', 400, `\ufeff${raw('')}`],
  ['an array', 400, []],
  ['a text', 400, '"x"'],
  ['null', 400, 'null'],
  ['no reward', 400, { rewardName: 'R', pointsCost: 1 }],
  ['an empty reward', 400, { ...GOOD, rewardOptionId: '' }],
  ['a reward of 256 characters', 400, { ...GOOD, rewardOptionId: 'x'.repeat(256) }],
  ['a reward that is a number', 400, { ...GOOD, rewardOptionId: 5 }],
  ['no points', 400, { ...GOOD, pointsCost: 0 }],
  ['negative points', 400, { ...GOOD, pointsCost: -1 }],
  ['a part of a point', 400, { ...GOOD, pointsCost: 1.5 }],
  ['points as a decimal fraction', 400, { ...GOOD, pointsCost: '1.0' }],
  ['points with a leading zero', 400, { ...GOOD, pointsCost: '01' }],
  ['points of 2^63', 400, { ...GOOD, pointsCost: '9223372036854775808' }],
  ['points that a double cannot hold', 400, raw('').replace(':1}', ':9007199254740993}')],
  ['points that a double rounds', 400, raw('').replace(':1}', ':1.00000000000000000001}')],
  ['points beyond all bounds', 400, raw('').replace(':1}', ':1e400}')],
  ['points as an object', 400, { ...GOOD, pointsCost: {} }],
  ['an empty key', 400, { ...GOOD, idempotencyKey: '' }],
  ['a key of 256 characters', 400, { ...GOOD, idempotencyKey: 'x'.repeat(256) }],
  ['a code with a line break', 400, { ...GOOD, voucherCode: 'A\nB' }],
  ['a code of 257 characters', 400, { ...GOOD, voucherCode: 'x'.repeat(257) }],
  ['a hold of no time', 400, { ...GOOD, reserveTtlSeconds: 0 }],
  ['a hold for ever', 400, { ...GOOD, reserveTtlSeconds: 1e12 }],
  ['metadata that is a list', 400, { ...GOOD, metadata: [] }],
  ['metadata of more than 8 KB', 400, { ...GOOD, metadata: { a: 'x'.repeat(8_192) } }],
  ['metadata of 17 levels', 400, { ...GOOD, metadata: deep(17) }],
  ['metadata nested a hundred thousand deep', 400, raw(`,"metadata":${'['.repeat(1e5)}${']'.repeat(1e5)}`)],
  ['NUL', 400, raw(',"idempotencyKey":"a\\u0000"')],
  ['half a surrogate pair', 400, raw(',"idempotencyKey":"a\\ud83d"')],
  ['half a surrogate pair in a name', 400, raw(',"metadata":{"\\udc00":1}')],
  ['__proto__', 400, raw(',"__proto__":{"admin":true}')],
  ['__proto__, escaped, deep inside', 400, raw(',"metadata":{"a":[{"\\u005f_proto__":1}]}')],
  ['constructor', 400, raw(',"metadata":{"constructor":{"prototype":{}}}')],
  ['an unknown field with __proto__ in it', 400, raw(',"other":{"__proto__":1}')],
  ['bytes that are not UTF-8', 400, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['more than 1 MB', 413, `"${'x'.repeat(1_048_576)}"`],
];

const acceptedBodies: readonly (readonly [name: string, body: unknown])[] = [
  ['unknown fields', { ...GOOD, somethingElse: { deep: deep(20) } }],
  ['points as a decimal text', { ...GOOD, pointsCost: '1' }],
  ['points written as 1.0', raw('').replace(':1}', ':1.0}')],
  ['metadata of 16 levels', { ...GOOD, metadata: deep(16) }],
  ['a name called prototype', { ...GOOD, metadata: { prototype: 1, 'a "constructor" in a text': '__proto__' } }],
  ['an emoji, escaped', raw(',"idempotencyKey":"\\ud83d\\ude00"')],
  [
    'texts full of digits',
    { ...GOOD, metadata: { card: '12345678901234567890', hash: '9e99e999', pi: 3.141592653589793 } },
  ],
];

function expectRefusal(answer: Answer, status: number): void {
  const { error } = answer.body as ErrorEnvelope;
  expect([answer.status, error.status]).toEqual([status, status]);
  expect(Object.keys(error)).toEqual(['code', 'message', 'type', 'title', 'status', 'detail', 'instance']);
  expect(answer.headers.get('content-type')).toContain('application/json');
  expect(answer.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  expect(error.instance).toBe(`urn:holdfast:trace:${answer.headers.get('x-trace-id')}`);
}

describe('Bad input › bodies', () => {
  it.each(refusedBodies)('%s is refused', async (_name, status, body) => {
    expectRefusal(await rig.send('POST', `${LOYALTY}/customers/c1/redeem`, { key: shop.key, body }), status);
  });

  it.each(acceptedBodies)('%s is accepted', async (_name, body) => {
    const answer = await rig.send('POST', `${LOYALTY}/customers/c1/redeem`, { key: shop.key, body });
    expect([answer.status, answer.body]).toMatchObject([202, { data: { redemption: { status: 'reserved' } } }]);
  });

  it('metadata comes back as it was sent', async () => {
    const metadata = { prototype: { b: [1, null, 'é😀'], a: 0.1 }, empty: {} };
    const { body } = await rig.redeem(shop, 'c1', { metadata });
    expect(body.data.redemption.metadata).toEqual(metadata);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'the type %s is refused',
    async (type) => {
      const sent = { key: shop.key, body: GOOD, headers: { 'content-type': type } };
      expectRefusal(await rig.send('POST', `${LOYALTY}/customers/c1/redeem`, sent), 415);
    },
  );

  it.each([
    ['points/earn', { points: 5, unknown: 1 }],
    ['points/adjust', { pointsDelta: 0 }],
    ['points/earn', { points: 5, note: '' }],
    ['points/earn', { points: 5, referenceType: 'gift' }],
  ])('our own call %s refuses %j', async (call, body) => {
    expectRefusal(await rig.send('POST', `${LOYALTY}/customers/c1/${call}`, { key: shop.key, body }), 400);
  });

  it('nothing was made by what was refused', async () => {
    expect((await rig.history(shop, 'c1')).data).toHaveLength(1);
  });
});

describe('Bad input › addresses', () => {
  it.each([
    ['/customers/%zz/wallet', 400],
    ['/customers/%ff/wallet', 400],
    ['/customers/%00/wallet', 400],
    ['/customers/%ed%a0%80/wallet', 400],
    [`/customers/${'x'.repeat(256)}/wallet`, 400],
    [`/customers/${'x'.repeat(5_000)}/wallet`, 414],
    ['/customers//wallet', 404],
    ['/customers/c1/history?limit=0', 400],
    ['/customers/c1/history?limit=101', 400],
    ['/customers/c1/history?limit=1e1', 400],
    ['/customers/c1/history?limit=5&limit=6', 400],
    ['/customers/c1/history?filter=none', 400],
    ['/customers/c1/history?before=yesterday', 400],
    ['/customers/c1/history?before=2026-13-01T00:00:00Z', 400],
    ['/customers/c1/redemptions?status=done', 400],
    ['/customers/c1/redemptions?search=%00', 400],
    ['/redemptions/not-an-id', 404],
    ["/redemptions/' OR 1=1 --", 404],
  ])('%s is refused with %i', async (path, status) => {
    const answer = await rig.read(shop, path);
    expectRefusal(answer, status);
  });

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999-14:00', '2026-01-01T00:00:00.123456999999Z'])(
    'the time %s is a time like any other',
    async (before) => {
      expect((await rig.read(shop, `/customers/c1/history?before=${encodeURIComponent(before)}`)).status).toBe(200);
    },
  );
});

describe('Bad input › headers', () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['an empty Idempotency-Key', { 'idempotency-key': '' }],
    ['an Idempotency-Key of 256 characters', { 'idempotency-key': 'x'.repeat(256) }],
    ['an Idempotency-Key beyond ASCII', { 'idempotency-key': 'clé' }],
  ])('%s is refused', async (_name, headers) => {
    expectRefusal(await rig.redeem(shop, 'c1', {}, headers), 400);
  });

  it.each(['wait=x', 'wait=-1', 'handling=strict', ', ,;', 'wait'])(
    'the preference "%s" is ignored',
    async (prefer) => {
      const answer = await rig.redeem(shop, 'c1', {}, { prefer });
      expect([answer.status, answer.headers.get('preference-applied')]).toEqual([202, null]);
    },
  );

  it('a valid traceparent is kept, any other replaced', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const kept = await rig.send('GET', '/health/live', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
    expect(kept.headers.get('x-trace-id')).toBe(trace);
    const replaced = await rig.send('GET', '/health/live', { headers: { traceparent: `00-${'0'.repeat(32)}-1-01` } });
    expect(replaced.headers.get('x-trace-id')).not.toBe('0'.repeat(32));
  });
});

/** Sends bytes as they are and reads the answer to its end. */
function sendBytes(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, hostname } = new URL(rig.baseUrl);
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    let answer = '';
    socket.setTimeout(5_000, () => socket.destroy(new Error('No answer in five seconds.')));
    socket.on('data', (chunk) => (answer += chunk.toString('utf8')));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('Bad input › broken HTTP', () => {
  const target = `POST ${LOYALTY}/customers/c1/redeem HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`;
  it.each([
    ['not HTTP', 'HELLO\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    ['a length and chunks at once', `${target}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['two lengths', `${target}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 400],
    ['a length that is no number', `${target}Content-Length: five\r\n\r\n`, 400],
    ['headers without end', `${target}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['two Idempotency-Key headers', `IDEMPOTENCY`, 400],
  ])('%s is refused in the envelope', async (_name, bytes, status) => {
    const body = JSON.stringify(GOOD);
    const twice =
      `${target}x-api-key: ${shop.key}\r\nIdempotency-Key: a\r\nIdempotency-Key: a\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await sendBytes(bytes === 'IDEMPOTENCY' ? twice : bytes);
    const [head = '', json = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(json)).toMatchObject({ error: { status } });
  });
});
