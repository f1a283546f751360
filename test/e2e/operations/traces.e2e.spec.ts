import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderSimulator } from '../../support/provider/index.js';
import { until } from '../../support/until.js';
import { FakeCollector, type SeenSpan } from './fake-collector.js';
import { OperatedProgram } from './operated-program.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';

describe('One redemption, traced', () => {
  let collector: FakeCollector;
  let provider: ProviderSimulator;
  let program: OperatedProgram;
  let spans: readonly SeenSpan[];

  beforeAll(async () => {
    collector = await FakeCollector.open();
    provider = await ProviderSimulator.start({});
    program = await OperatedProgram.start({
      LOG_LEVEL: 'warn',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    const { key } = await program.company({ config: { baseUrl: provider.baseUrl } });
    await program.loyalty(key, '/customers/c1/points/earn', { points: 100 });
    const { redemption } = await program.loyalty(
      key,
      '/customers/c1/redeem',
      { rewardOptionId: 'r', rewardName: 'R', pointsCost: 10 },
      { traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-01` },
    );
    expect(redemption).toMatchObject({ status: 'committed' });
    // The last span of it is the worker's look, which ends after the answer.
    await until(() => collector.ofTrace(TRACE_ID).some(({ name }) => name === 'saga job'));
    await program.stopProcesses();
    spans = collector.ofTrace(TRACE_ID);
  });
  afterAll(async () => {
    await program.stop();
    await provider.stop();
    await collector.close();
  });

  function one(service: string, name: string): SeenSpan {
    const [span, second] = spans.filter((candidate) => candidate.service === service && candidate.name === name);
    expect({ name, found: span !== undefined, twice: second !== undefined }).toEqual({
      name,
      found: true,
      twice: false,
    });
    return span as SeenSpan;
  }

  it('begins with the request, under the caller’s own span', () => {
    const request = one('holdfast-api', 'POST /customer/api/open/v1/loyalty/customers/:customerId/redeem');
    expect(request.parentSpanId).toBe(CALLER_SPAN_ID);
    const groups = spans.filter(({ service, name }) => service === 'holdfast-api' && name === 'ledger group');
    expect(groups.map(({ parentSpanId }) => parentSpanId)).toEqual([request.spanId]);
  });

  it('is taken up by the worker from where the request left it', () => {
    const request = one('holdfast-api', 'POST /customer/api/open/v1/loyalty/customers/:customerId/redeem');
    const requested = one('holdfast-api', 'redemption requested');
    expect(requested.parentSpanId).toBe(request.spanId);
    const jobs = spans.filter(({ service, name }) => service === 'holdfast-worker' && name === 'saga job');
    expect(new Set(jobs.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([requested.spanId]));
  });

  it('goes on in the worker’s job, with its groups and the provider’s call', () => {
    const job = spans.find(({ service, name }) => service === 'holdfast-worker' && name === 'saga job');
    const call = one('holdfast-worker', 'provider issue');
    expect(call.parentSpanId).toBe(job?.spanId);
    const groups = spans.filter(({ service, name }) => service === 'holdfast-worker' && name === 'ledger group');
    expect(groups.length).toBeGreaterThanOrEqual(2);
    expect(groups.every(({ parentSpanId }) => parentSpanId === job?.spanId)).toBe(true);
  });

  it('is handed on to the provider', () => {
    const call = one('holdfast-worker', 'provider issue');
    expect(provider.seen().map(({ headers }) => headers['traceparent'])).toEqual([`00-${TRACE_ID}-${call.spanId}-01`]);
  });
});
