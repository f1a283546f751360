import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openHttpProvider, type OpenOutsideProvider } from '../../../../test/support/provider/open-outside-provider.js';

/** A server that answers every request with the bytes it is given, and does nothing else. */
let server: net.Server;
let answer: Buffer;
let requests: string[];
let closeAfter: boolean;
const opened: OpenOutsideProvider[] = [];

beforeAll(async () => {
  server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      requests.push(bytes.toString());
      socket.write(answer);
      if (closeAfter) socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => Promise.all(opened.splice(0).map((provider) => provider.close())));
afterAll(() => {
  server.close();
});

function respond(
  status: string,
  body: string | Buffer,
  headers = 'content-type: application/json',
): OpenOutsideProvider {
  const bytes = Buffer.from(body);
  return respondRaw(
    Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${headers}\r\ncontent-length: ${bytes.length}\r\n\r\n`), bytes]),
  );
}

function respondRaw(bytes: string | Buffer, close = false): OpenOutsideProvider {
  answer = Buffer.from(bytes);
  requests = [];
  closeAfter = close;
  const provider = openHttpProvider({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  opened.push(provider);
  return provider;
}

const CODE = 'SAVE-10';

describe('A voucher that comes back', () => {
  it.each<[string, string, object, object]>([
    ['a code alone', '200 OK', { code: CODE }, { code: CODE, externalId: undefined, expiresAt: undefined }],
    ['nulls for what is absent', '201 Created', { code: CODE, externalId: null, expiresAt: null }, { code: CODE }],
    ['its own name', '200 OK', { code: CODE, externalId: 'é-1' }, { externalId: 'é-1' }],
    ['its end', '200 OK', { code: CODE, expiresAt: '2027-01-01T00:00:00+01:00' }, { expiresAt: 1_798_758_000_000_000 }],
    ['an end that is never', '200 OK', { code: CODE, expiresAt: '9999-12-31T23:59:59Z' }, { expiresAt: undefined }],
    ['more than was asked for', '200 OK', { code: CODE, balance: 3, nested: { code: 'x' } }, { code: CODE }],
    ['256 characters', '200 OK', { code: '🎁'.repeat(256) }, { code: '🎁'.repeat(256) }],
  ])('is taken with %s', async (_, status, body, voucher) => {
    expect(await respond(status, JSON.stringify(body)).issue('k')).toMatchObject({ kind: 'issued', voucher });
  });

  it.each<[string, string, string | Buffer]>([
    ['no code', '200 OK', '{}'],
    ['an empty code', '200 OK', '{"code":""}'],
    ['a code that is a number', '200 OK', '{"code":123}'],
    ['a code of 257 characters', '200 OK', JSON.stringify({ code: 'x'.repeat(257) })],
    ['a code with NUL', '200 OK', '{"code":"A\\u0000"}'],
    ['a code of two lines', '200 OK', '{"code":"A\\nB"}'],
    ['half a surrogate pair', '200 OK', '{"code":"A\\ud800"}'],
    ['a name that is too long', '200 OK', JSON.stringify({ code: CODE, externalId: 'x'.repeat(256) })],
    ['an end that is no time', '200 OK', JSON.stringify({ code: CODE, expiresAt: 'tomorrow' })],
    ['bytes that are no UTF-8', '200 OK', Buffer.from([...Buffer.from('{"code":"A'), 0xff, ...Buffer.from('"}')])],
    ['an array', '200 OK', '[]'],
    ['nothing', '200 OK', ''],
    ['the status 202', '202 Accepted', JSON.stringify({ code: CODE })],
    ['the status 299', '299 Strange', JSON.stringify({ code: CODE })],
    ['the status 410', '410 Gone', JSON.stringify({ code: CODE })],
  ])('is unknown with %s', async (_, status, body) => {
    expect(await respond(status, body).issue('k')).toEqual({ kind: 'unknown' });
  });

  it('is taken after the provider said that it takes a while', async () => {
    const body = JSON.stringify({ code: CODE });
    const early = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    const provider = respondRaw(`${early}HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    expect((await provider.issue('k')).kind).toBe('issued');
  });
});

describe('A refusal', () => {
  it('is one with a reason', async () => {
    expect(await respond('422 No', '{"reason":"sold out","detail":1}').issue('k')).toEqual({
      kind: 'declined',
      reason: 'sold out',
    });
  });

  it.each([['{}'], ['{"reason":""}'], ['{"reason":7}'], ['<html>'], ['{"errors":["bad"]}']])(
    'is none as %s',
    async (body) => {
      expect(await respond('422 No', body).issue('k')).toEqual({ kind: 'unknown' });
    },
  );
});

describe('What is found', () => {
  it.each<[object, object]>([
    [{ code: CODE }, { kind: 'issued', voucher: { code: CODE } }],
    [{ code: CODE, status: null }, { kind: 'issued' }],
    [{ code: CODE, status: 'active' }, { kind: 'issued' }],
    [
      { code: CODE, status: 'used' },
      { kind: 'used', voucher: { code: CODE } },
    ],
    [{ code: CODE, status: 'cancelled' }, { kind: 'cancelled' }],
    [{ status: 'cancelled' }, { kind: 'cancelled' }],
    [{ status: 'used' }, { kind: 'unknown' }],
    [{ code: CODE, status: 'frozen' }, { kind: 'unknown' }],
    [{ code: '', status: 'active' }, { kind: 'unknown' }],
    [[], { kind: 'unknown' }],
  ])('reads %j', async (body, outcome) => {
    expect(await respond('200 OK', JSON.stringify(body)).find('k')).toMatchObject(outcome);
  });
});

describe('A connection', () => {
  it.each([
    ['closed before a word', '', true],
    ['that speaks something else', 'SSH-2.0-OpenSSH_9.2\r\n', false],
    ['with headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`, false],
    ['closed in the middle of the body', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"code"', true],
    ['with two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}', true],
    [
      'with a body that is squeezed',
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\x1f\x8b',
      false,
    ],
    ['that changes its protocol', 'HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n', false],
  ])('%s says nothing, and the request is not sent again', async (_, bytes, close) => {
    const provider = respondRaw(bytes, close);
    expect(await provider.issue('k')).toEqual({ kind: 'unknown' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(/^POST \/vouchers HTTP\/1\.1\r\n/);
  });
});
