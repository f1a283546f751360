import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateApiKey } from '../api-key/api-key.js';
import { generateAdminKey } from '../api-key/admin-key.js';
import { createLogger, type Logger } from './logger.js';
import { createNestLogger } from './nest-logger.js';
import { scrubLine } from './redaction.js';

function logged(write: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ app: 'api', level: 'trace', destination: { write: (line) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const CANARY = 'canary-4711';

describe('A log line', () => {
  it('is JSON with the level as a word, the time, the program and the fields given', () => {
    const [line] = logged((logger) =>
      logger.child({ traceId: 't-1' }).info({ redemptionId: 'r-1', durationMs: 3 }, 'Settled.'),
    );
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      pid: process.pid,
      app: 'api',
      traceId: 't-1',
      redemptionId: 'r-1',
      durationMs: 3,
      msg: 'Settled.',
    });
  });

  it.each([
    { apiKey: CANARY },
    { headers: { authorization: CANARY } },
    { req: { headers: { 'x-api-key': CANARY, 'x-admin-key': CANARY, 'x-guid': CANARY } } },
    { body: { voucher: { code: CANARY } } },
    { code: CANARY },
    { codes: [CANARY] },
    { event: { data: { cipher: CANARY } } },
    { config: { encryptionKeys: CANARY, redis: { password: CANARY } } },
    { env: { ADMIN_API_KEY: CANARY, ENCRYPTION_KEY: CANARY } },
    { url: `https://h/api?guid=${CANARY}&api_key=${CANARY}&page=2` },
    { databaseUrl: `postgresql://app:${CANARY}@db/holdfast` },
  ])('does not show the secret in %j', (fields) => {
    const [line] = logged((logger) => logger.warn(fields, 'Something happened.'));
    expect(JSON.stringify(line)).not.toContain(CANARY);
    expect(JSON.stringify(line)).toContain('[redacted]');
  });

  it('does not show a secret that a child logger is bound to', () => {
    const [line] = logged((logger) => logger.child({ apiKey: CANARY }).info('Hello.'));
    expect(JSON.stringify(line)).not.toContain(CANARY);
  });

  it('does not show a secret of an instance that serialises itself', () => {
    class Request {
      toJSON() {
        return { headers: { 'x-api-key': CANARY, authorization: `Bearer "${CANARY}"` } };
      }
    }
    const [line] = logged((logger) => logger.info({ req: new Request() }, 'Hello.'));
    expect(JSON.stringify(line)).not.toContain(CANARY);
  });

  it('does not show bytes, and ends in what refers to itself', () => {
    const circular: Record<string, unknown> = { key: Buffer.from(CANARY) };
    circular['self'] = circular;
    const [line] = logged((logger) => logger.info({ circular }, 'Hello.'));
    expect(line?.['circular']).toMatchObject({ key: '[11 bytes]', self: { self: {} } });
  });

  it('does not show our keys wherever they stand', () => {
    const { text } = generateApiKey(1);
    const admin = generateAdminKey();
    const [line] = logged((logger) =>
      logger.error({ err: new Error(`no such key: ${text}`), note: admin }, `tried ${text}`),
    );
    expect(JSON.stringify(line)).not.toContain(text.slice(-40));
    expect(JSON.stringify(line)).not.toContain(admin.slice(-40));
  });

  it('keeps what an error calls its code, and the rest of an address', () => {
    const error = Object.assign(new Error('duplicate key'), { code: '23505' });
    const [line] = logged((logger) => logger.error({ err: error, url: '/a?page=2&guid=x' }, 'Failed.'));
    expect(line?.['err']).toMatchObject({ code: '23505', message: 'duplicate key' });
    expect(line?.['url']).toBe('/a?page=2&guid=[redacted]');
  });

  it('stays JSON whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('?guid=', '&code=', 'redis://u:', ''),
        (text, start) => {
          const lines = logged((logger) => logger.info({ text: start + text }, `x${start}${text}`));
          expect(lines).toHaveLength(1);
        },
      ),
    );
  });

  it('is left as it is where there is nothing to hide', () => {
    const line = '{"msg":"https://example.com/a?page=1","at":"http://127.0.0.1:3000/"}';
    expect(scrubLine(line)).toBe(line);
  });
});

describe('Nest’s messages', () => {
  it('carry the level and the class that speaks', () => {
    const lines = logged((logger) => {
      const nest = createNestLogger(logger);
      nest.log('Mapped {/x, GET} route', 'RouterExplorer');
      nest.warn('careful', 'Other');
      nest.debug?.('small');
      nest.verbose?.('smaller', 'Deep');
    });
    expect(lines.map(({ level, context, msg }) => ({ level, context, msg }))).toEqual([
      { level: 'info', context: 'RouterExplorer', msg: 'Mapped {/x, GET} route' },
      { level: 'warn', context: 'Other', msg: 'careful' },
      { level: 'debug', context: undefined, msg: 'small' },
      { level: 'trace', context: 'Deep', msg: 'smaller' },
    ]);
  });

  it('keep stacks and errors', () => {
    const [withStack, withError, withoutEither] = logged((logger) => {
      const nest = createNestLogger(logger);
      nest.error('failed', 'Error: failed\n    at somewhere', 'Handler');
      nest.error(new Error('thrown'), 'Handler');
      nest.error('plain', 'Handler');
    });
    expect(withStack).toMatchObject({ msg: 'failed', stack: 'Error: failed\n    at somewhere', context: 'Handler' });
    expect(withError).toMatchObject({ msg: 'thrown', err: { message: 'thrown' }, context: 'Handler' });
    expect(withoutEither).toMatchObject({ msg: 'plain', context: 'Handler' });
  });

  it('may be objects', () => {
    const [line] = logged((logger) => {
      createNestLogger(logger).log({ a: 1, password: CANARY }, 'Ctx');
    });
    expect(line).toMatchObject({ detail: { a: 1, password: '[redacted]' }, context: 'Ctx' });
  });
});
