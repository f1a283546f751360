import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { Metrics } from '../metrics/metrics.js';
import { addRequestHooks } from './request-hooks.js';

function server() {
  const instance = fastify();
  const authenticator = () => {
    throw new Error('No request is made here.');
  };
  const routes = addRequestHooks(instance, { authenticator, metrics: new Metrics() });
  return { instance, routes };
}

describe('A route', () => {
  it('that does not say who may call it stops the start', () => {
    const { instance } = server();
    expect(() => instance.get('/forgotten', () => 'open to all')).toThrow('/forgotten');
    expect(() => instance.get('/docsy', () => 'open to all')).toThrow('/docsy');
  });

  it('that says so is listed with it, and with the HEAD that Fastify adds', async () => {
    const { instance, routes } = server();
    instance.get(
      '/here',
      { config: { access: { kind: 'scope', scopes: ['wallets:read'], credentials: 'api_key' } } },
      () => 'ok',
    );
    await instance.ready();
    expect(routes).toEqual(
      expect.arrayContaining([
        { method: 'GET', url: '/here', access: { kind: 'scope', scopes: ['wallets:read'], credentials: 'api_key' } },
        { method: 'HEAD', url: '/here', access: { kind: 'scope', scopes: ['wallets:read'], credentials: 'api_key' } },
      ]),
    );
    expect(routes).toHaveLength(2);
  });
});
