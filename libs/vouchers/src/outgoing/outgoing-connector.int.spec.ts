import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderSimulator } from '../../../../test/support/provider/index.js';
import { openHttpProvider, type OpenOutsideProvider } from '../../../../test/support/provider/open-outside-provider.js';
import type { Resolve } from './outgoing-connector.js';

let simulator: ProviderSimulator;
/** Counts connections and says nothing: whoever speaks TLS to it waits. */
let listener: net.Server;
let connections = 0;
const opened: OpenOutsideProvider[] = [];

beforeAll(async () => {
  simulator = await ProviderSimulator.start();
  listener = net.createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('no TLS here'));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
});
afterEach(() => Promise.all(opened.splice(0).map((provider) => provider.close())));
afterAll(async () => {
  listener.close();
  await simulator.stop();
});

function open(baseUrl: string, options: { allowPrivate?: boolean; resolve?: Resolve } = {}): OpenOutsideProvider {
  const provider = openHttpProvider({ baseUrl }, options);
  opened.push(provider);
  return provider;
}

function listenerPort(): number {
  return (listener.address() as AddressInfo).port;
}

describe('A request to an address that is not public', () => {
  it.each(['127.0.0.1', '127.1', '0x7f000001', '2130706433', '[::ffff:127.0.0.1]', 'localhost'])(
    'is not sent, not even a connection is made: %s',
    async (host) => {
      connections = 0;
      const provider = open(`https://${host}:${listenerPort()}`, { allowPrivate: false });
      expect((await provider.issue('k')).kind).toBe('not_sent');
      expect(provider.told).toMatchObject([{ cause: 'unreachable' }]);
      expect(connections).toBe(0);
    },
  );

  it.each([
    ['a private address', ['10.0.0.1']],
    ['a private address beside a public one', ['8.8.8.8', '127.0.0.1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['an address behind NAT64', ['64:ff9b::7f00:1']],
    ['no address', []],
  ])('is not sent to a name with %s', async (_, addresses) => {
    connections = 0;
    const resolve: Resolve = async () => addresses.map((address) => ({ address, family: net.isIP(address) }));
    const provider = open(`https://vouchers.example.com:${listenerPort()}`, { allowPrivate: false, resolve });
    expect((await provider.issue('k')).kind).toBe('not_sent');
    expect(connections).toBe(0);
  });

  it('is looked at for every connection, not once: the name may point elsewhere by then', async () => {
    const asked: string[] = [];
    const { port } = new URL(simulator.baseUrl);
    const resolve: Resolve = async (hostname) => {
      asked.push(hostname);
      return asked.length === 1 ? [{ address: '127.0.0.1', family: 4 }] : [];
    };
    const provider = open(`http://vouchers.example.com:${port}`, { resolve });
    simulator.plan({ call: 'find', mode: 'drop' });
    expect((await provider.find('k')).kind).toBe('unknown');
    expect((await provider.issue('k')).kind).toBe('not_sent');
    expect(asked).toEqual(['vouchers.example.com', 'vouchers.example.com']);
  });

  it('is not sent without TLS', async () => {
    simulator.forgetSeen();
    const provider = open(simulator.baseUrl, { allowPrivate: false });
    expect((await provider.issue('k')).kind).toBe('not_sent');
    expect(simulator.counts.calls).toBe(0);
  });
});

describe('A request whose connection fails', () => {
  it('is not sent where nobody listens', async () => {
    const unused = net.createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    unused.close();
    await once(unused, 'close');
    expect((await open(`http://127.0.0.1:${port}`).issue('k')).kind).toBe('not_sent');
  });

  it('is not sent where the name has no address', async () => {
    const resolve: Resolve = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    };
    expect((await open('http://vouchers.example.com', { resolve }).issue('k')).kind).toBe('not_sent');
  });

  it('is not sent where the name is never answered', async () => {
    const resolve: Resolve = () => new Promise(() => undefined);
    const provider = openHttpProvider({ baseUrl: 'http://vouchers.example.com', timeoutMs: 100 }, { resolve });
    expect((await provider.issue('k')).kind).toBe('not_sent');
  });

  it('is not sent where TLS fails', async () => {
    connections = 0;
    const provider = open(`https://127.0.0.1:${listenerPort()}`);
    expect((await provider.issue('k')).kind).toBe('not_sent');
    expect(connections).toBe(1);
  });
});
