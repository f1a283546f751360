import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { deriveVoucherCode } from '#platform';
import {
  COMPANY_SECRET,
  openCallbackProvider,
  REDEMPTION_ID,
  TRACE_ID,
  type OpenOutsideProvider,
} from '../../../../test/support/provider/open-outside-provider.js';

const KEY = 'key-1';
const CODE = deriveVoucherCode('', COMPANY_SECRET, KEY);
const SECRET = 'canary-5e1f';

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** A shop that answers everything in the same way. */
let shop: http.Server;
let answer: { readonly status: number; readonly text: string };
let seen: Seen[] = [];
const opened: OpenOutsideProvider[] = [];

beforeAll(async () => {
  shop = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url, headers } = request;
      seen.push({ url, headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(answer.status).end(answer.text);
    });
  });
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
});
afterEach(async () => {
  seen = [];
  await Promise.all(opened.splice(0).map((provider) => provider.close()));
});
afterAll(() => {
  shop.closeAllConnections();
  shop.close();
});

function open(config: Readonly<Record<string, unknown>> = {}): OpenOutsideProvider {
  const at = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const urls = { createUrl: `${at}/loyalty/create`, cancelUrl: `${at}/loyalty/cancel` };
  const provider = openCallbackProvider({ ...urls, apiSecret: SECRET, ...config });
  opened.push(provider);
  return provider;
}

describe('The callbacks', () => {
  it('say what Yotpo’s say, with the secret in the header and in the body', async () => {
    answer = { status: 200, text: '' };
    const { issue, cancel, told } = open();
    expect(await issue(KEY)).toMatchObject({ kind: 'issued', voucher: { code: CODE, externalId: undefined } });
    expect(await cancel(KEY)).toEqual({ kind: 'void' });
    expect(seen.map(({ url, body }) => ({ url, body }))).toEqual([
      {
        url: '/loyalty/create',
        body: {
          coupon_code: CODE,
          discount_amount: 12.5,
          discount_amount_cents: 1_250,
          currency: 'EUR',
          customer_email: 'ann@example.com',
          secret: SECRET,
        },
      },
      { url: '/loyalty/cancel', body: { coupon_code: CODE, secret: SECRET } },
    ]);
    for (const { headers } of seen) {
      expect(headers).toMatchObject({ 'x-api-secret': SECRET, 'content-type': 'application/json' });
      expect(headers['idempotency-key']).toBe(KEY);
      expect(headers['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-(?!0{16})[0-9a-f]{16}-01$`));
    }
    expect(told).toMatchObject([
      { call: 'issue', outcome: 'issued', cause: 'status_200', redemptionId: REDEMPTION_ID },
      { call: 'cancel', outcome: 'void' },
    ]);
    for (const hidden of [SECRET, CODE, KEY]) expect(JSON.stringify(told)).not.toContain(hidden);
  });

  it('leave out what is not known, and name the secret as they are told', async () => {
    answer = { status: 204, text: '' };
    await open({ secretField: 'api_secret' }).issue(KEY, {}, { customerEmail: undefined });
    expect(seen[0]?.body).not.toHaveProperty('customer_email');
    expect(seen[0]?.body).toMatchObject({ api_secret: SECRET });
  });

  it('round what a coupon is worth down to whole cents', async () => {
    answer = { status: 200, text: '' };
    const { issue } = open();
    await issue(KEY, {}, { discount: { type: 'fixed_amount', value: '0.3399' } });
    await issue(KEY, {}, { discount: { type: 'fixed_amount', value: '99999999999.9999' } });
    expect(seen.map(({ body }) => body)).toMatchObject([
      { discount_amount: 0.33, discount_amount_cents: 33 },
      { discount_amount: 99_999_999_999.99, discount_amount_cents: 9_999_999_999_999 },
    ]);
  });
});

describe('The shop’s answer', () => {
  const named = (code: string) => JSON.stringify({ coupon_code: code });

  it.each([
    [200, '', 'issued', 'void'],
    [201, '{}', 'issued', 'void'],
    [200, named(CODE), 'issued', 'void'],
    [200, named('ANOTHER'), 'unknown', 'unknown'],
    [200, '{"error":"no"}', 'unknown', 'unknown'],
    [200, '{"error":null}', 'issued', 'void'],
    [200, 'OK', 'unknown', 'unknown'],
    [200, '[]', 'unknown', 'unknown'],
    [202, '', 'unknown', 'unknown'],
    [409, named(CODE), 'issued', 'used'],
    [409, '', 'unknown', 'used'],
    [422, '{"error":"sold out"}', 'declined', 'unknown'],
    [422, '{"message":"sold out"}', 'declined', 'unknown'],
    [422, '', 'unknown', 'unknown'],
    [400, '{"error":"no"}', 'unknown', 'unknown'],
    [401, '', 'unknown', 'unknown'],
    [404, '', 'unknown', 'unknown'],
    [500, '', 'unknown', 'unknown'],
  ] as const)('%i with "%s" is %s for a creation, %s for a cancellation', async (status, text, created, cancelled) => {
    answer = { status, text };
    const { issue, cancel } = open();
    expect((await issue(KEY)).kind).toBe(created);
    expect((await cancel(KEY)).kind).toBe(cancelled);
  });
});
