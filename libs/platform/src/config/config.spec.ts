import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, loadServiceConfig, type Environment } from './config.js';
import { settings } from './settings.js';

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const SERVICE: Environment = {
  DATABASE_URL: 'postgresql://app:p4ssw0rd@db:5432/holdfast',
  ADMIN_API_KEY: 'an-admin-key-of-some-length',
  ENCRYPTION_KEY: `1:${KEY}`,
};

function problemsOf(env: Environment, load: (env: Environment) => unknown = loadConfig): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

describe('The settings', () => {
  it('have the documented defaults', () => {
    expect(loadConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDir: resolve('.data'),
      logLevel: 'info',
      metricsPort: undefined,
      otlpEndpoint: undefined,
      database: {
        url: undefined,
        directUrl: undefined,
        migrateUrl: undefined,
        throughPooler: false,
        prepared: true,
        poolMax: 10,
      },
      redisUrl: undefined,
      redisCluster: false,
      queuePrefix: 'holdfast',
      adminApiKey: undefined,
      encryptionKeys: undefined,
      redeemWaitMs: 10_000,
      requestTtlSeconds: 900,
      reserveTtlSeconds: 900,
      delayedTtlSeconds: 604_800,
      outgoingAllowPrivate: false,
      ledger: { groupBy: 'any', lanes: 1, groupMax: 300, queueMax: 5000 },
      checkpoint: { key: undefined, everySeconds: 3600, file: undefined, url: undefined },
    });
  });

  it('take empty variables for unset ones and cut blanks', () => {
    expect(loadConfig({ PORT: '', REDIS_URL: '  ', HOST: ' ::1 ' })).toMatchObject({
      port: 3000,
      host: '::1',
      redisUrl: undefined,
    });
  });

  it('read each variable', () => {
    const config = loadConfig({
      ...SERVICE,
      PORT: '0',
      DATABASE_DIRECT_URL: 'postgres://direct/holdfast',
      DATABASE_MIGRATE_URL: 'postgres://owner@direct/holdfast',
      DATABASE_PREPARED: 'false',
      DATABASE_POOL_MAX: '20',
      REDIS_URL: 'rediss://:pw@cache:6380/1',
      QUEUE_PREFIX: 'shop-2',
      DATA_DIR: '/var/lib/holdfast',
      LOG_LEVEL: 'debug',
      REDEEM_WAIT_MS: '0',
      REQUEST_TTL_SECONDS: '1',
      RESERVE_TTL_SECONDS: '2',
      DELAYED_TTL_SECONDS: '3',
      OUTGOING_ALLOW_PRIVATE: 'true',
      LEDGER_GROUP_BY: 'company',
      LEDGER_LANES: '4',
      LEDGER_GROUP_MAX: '5',
      LEDGER_QUEUE_MAX: '6',
      CHECKPOINT_KEY: KEY,
      CHECKPOINT_EVERY_SECONDS: '60',
      CHECKPOINT_FILE: '/var/log/checkpoints',
      CHECKPOINT_URL: 'https://archive.example/in',
    });
    expect(config).toMatchObject({
      port: 0,
      dataDir: '/var/lib/holdfast',
      logLevel: 'debug',
      redeemWaitMs: 0,
      requestTtlSeconds: 1,
      reserveTtlSeconds: 2,
      delayedTtlSeconds: 3,
      outgoingAllowPrivate: true,
      ledger: { groupBy: 'company', lanes: 4, groupMax: 5, queueMax: 6 },
    });
    expect(config.checkpoint).toMatchObject({ everySeconds: 60, file: '/var/log/checkpoints' });
    expect(config.checkpoint.url?.reveal()).toBe('https://archive.example/in');
    expect(config.checkpoint.key?.publicKey.id).toMatch(/^[0-9a-f]{16}$/);
    expect(config.database).toMatchObject({ throughPooler: true, prepared: false, poolMax: 20 });
    expect(config.database.url?.reveal()).toBe(SERVICE['DATABASE_URL']);
    expect(config.database.directUrl?.reveal()).toBe('postgres://direct/holdfast');
    expect(config.database.migrateUrl?.reveal()).toBe('postgres://owner@direct/holdfast');
    expect(config.redisUrl?.reveal()).toBe('rediss://:pw@cache:6380/1');
    expect(config.adminApiKey?.reveal()).toBe('an-admin-key-of-some-length');
    expect(config.encryptionKeys?.ids).toEqual(['1']);
  });

  it('use one address for everything where only one is given', () => {
    const { database } = loadServiceConfig(SERVICE);
    expect([database.directUrl.reveal(), database.migrateUrl.reveal()]).toEqual([
      SERVICE['DATABASE_URL'],
      SERVICE['DATABASE_URL'],
    ]);
    expect(database.throughPooler).toBe(false);
  });

  it.each([
    ['PORT', '65536', 'PORT: must be a whole number from 0 to 65535, not "65536"'],
    ['PORT', '3e3', 'PORT: must be a whole number from 0 to 65535, not "3e3"'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent, not "loud"'],
    ['OUTGOING_ALLOW_PRIVATE', 'yes', 'OUTGOING_ALLOW_PRIVATE: must be one of true, false, not "yes"'],
    ['RESERVE_TTL_SECONDS', '0', 'RESERVE_TTL_SECONDS: must be a whole number from 1 to 31622400, not "0"'],
    ['QUEUE_PREFIX', '{a}', 'QUEUE_PREFIX: must be 1 to 64 letters, digits, dots, dashes and underscores, not "{a}"'],
    [
      'REDIS_URL',
      'redis://a:7000,redis://b:7000',
      'REDIS_URL: several addresses are those of a Redis Cluster: set REDIS_CLUSTER=true, or give one address',
    ],
    ['REDIS_CLUSTER', 'true', 'REDIS_CLUSTER: needs REDIS_URL, with the address of a node'],
    ['LEDGER_GROUP_BY', 'wallet', 'LEDGER_GROUP_BY: must be one of any, company, not "wallet"'],
    [
      'LEDGER_LANES',
      '10',
      'LEDGER_LANES: 10 lanes would take all 10 connections; set it below DATABASE_POOL_MAX, or raise that',
    ],
  ])('name %s=%s and what would be right', (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([problem]);
  });

  it('take the addresses of a Redis Cluster, of which none may have a number', () => {
    const nodes = 'redis://:a,b@a:7000, redis://b:7001';
    const config = loadConfig({ REDIS_URL: nodes, REDIS_CLUSTER: 'true' });
    expect([config.redisCluster, config.redisUrl?.reveal()]).toEqual([true, nodes]);
    const numbered = { REDIS_URL: 'redis://a:7000,redis://b:7001/2', REDIS_CLUSTER: 'true' };
    expect(problemsOf(numbered)).toEqual([
      'REDIS_URL: a Redis Cluster has no numbered databases: leave the number out',
    ]);
    expect(problemsOf({ REDIS_URL: 'redis://a,redis://:x', REDIS_CLUSTER: 'true' })).toHaveLength(1);
  });

  it('name every wrong variable at once, without showing a secret', () => {
    const problems = problemsOf({
      PORT: 'x',
      DATABASE_URL: 'mysql://root:hunter2@db/app',
      REDIS_URL: 'hunter2',
      ADMIN_API_KEY: 'hunter2',
      ENCRYPTION_KEY: '1:hunter2',
      CHECKPOINT_KEY: 'hunter2',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'ADMIN_API_KEY',
      'ENCRYPTION_KEY',
      'CHECKPOINT_KEY',
    ]);
    expect(problems.join('\n')).not.toContain('hunter2');
    expect(problems.every((problem) => !problem.includes('\n'))).toBe(true);
  });

  it('say which of the three a service needs are missing', () => {
    expect(problemsOf({}, loadServiceConfig).map((problem) => problem.split(':')[0])).toEqual([
      'DATABASE_URL',
      'ADMIN_API_KEY',
      'ENCRYPTION_KEY',
    ]);
    expect(problemsOf({ ...SERVICE, ADMIN_API_KEY: '' }, loadServiceConfig)).toHaveLength(1);
    expect(problemsOf(SERVICE, loadServiceConfig)).toEqual([]);
  });

  it('never show a secret when printed', () => {
    const config = loadServiceConfig({ ...SERVICE, REDIS_URL: 'redis://:p4ssw0rd@cache' });
    for (const shown of [
      inspect(config, { depth: 9, showHidden: true }),
      JSON.stringify(config),
      `${config.adminApiKey}`,
    ]) {
      expect(shown).not.toMatch(/p4ssw0rd|an-admin-key|00112233/);
    }
  });

  it('cannot be changed', () => {
    const config = loadServiceConfig(SERVICE);
    for (const part of [config, config.database, config.ledger]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('leave other variables alone', () => {
    expect(problemsOf({ PATH: '/usr/bin', HOME: '/root' })).toEqual([]);
    expect(Object.keys(settings.shape)).not.toContain('PATH');
  });
});
