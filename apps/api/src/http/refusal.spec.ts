import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { LedgerError } from '#ledger';
import { dialectErrorShapes } from '../dialects/error-shapes.js';
import { describeError } from './describe-error.js';
import { errorShapeOf } from './error-shape.js';
import { refuseIn } from './refusal.js';

const SOME = ['/customer/api/open/v1/loyalty/x', '/api/v2/x', '/v1/pvt/x', '/admin/v1/x'];
const instance = fastify();
let address: string;

beforeAll(async () => {
  const refuse = refuseIn(dialectErrorShapes);
  instance.decorateRequest('traceId', '');
  instance.addHook('onRequest', (request, reply) => {
    request.traceId = String(request.headers['x-trace']);
    refuse(request, reply);
  });
  instance.all('*', () => 'never');
  address = await instance.listen();
});
afterAll(() => instance.close());

it.each(SOME)(
  'A refusal below %s is what the error filter would answer, with the trace of each request',
  async (url) => {
    const described = describeError(new LedgerError('LEDGER_OVERLOADED'));
    for (const trace of ['one', 'another']) {
      const answer = await fetch(address + url, { headers: { 'x-trace': trace } });
      expect(await answer.json()).toEqual(errorShapeOf(dialectErrorShapes, url).bodyOf(described, trace));
      const told = [answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type')];
      expect(told).toEqual([503, '1', 'application/json; charset=utf-8']);
    }
  },
);
