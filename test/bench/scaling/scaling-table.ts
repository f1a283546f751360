import { tableOf } from '../page/table-of.js';
import type { BenchResult } from '../report/result.js';
import type { Needs, RedemptionCost, ScalingPlan } from './needs.js';

export interface ScalingFigures {
  readonly result: BenchResult;
  readonly cost: RedemptionCost;
  readonly plan: ScalingPlan;
  readonly needs: readonly Needs[];
}

/** What was measured, what was assumed, and what follows, as Markdown. */
export function scalingTable({ result, cost, plan, needs }: ScalingFigures): string {
  const { machine, at, queue, scenario } = result;
  const jobs = cost.jobs === undefined ? '' : `, ${cost.jobs} jobs of the queue`;
  const measured =
    `Measured (${scenario}, queue in ${queue}, commit ${machine.commit ?? 'unknown'}, ${at.slice(0, 10)}, the machine’s load before ${machine.loadBefore}), for one redemption: ` +
    `API ${cost.apiMs} ms, worker ${cost.workerMs} ms, PostgreSQL ${cost.postgresMs} ms of CPU, ${cost.walBytes} bytes of log${jobs}.`;
  const assumed =
    `Assumed: cores ${plan.load * 100} % full; one machine for PostgreSQL has ${plan.postgresCores} cores and flushes ` +
    `${plan.walMegabytes} MB/s. Everything else is arithmetic.`;
  const head = ['Redemptions a second', ...needs.map(({ perSecond }) => grouped(perSecond))];
  const rows = [
    ['API processes, a core each', ...needs.map(({ apis }) => grouped(apis))],
    ['worker processes, a core each', ...needs.map(({ workers }) => grouped(workers))],
    ['PostgreSQL, cores', ...needs.map(({ postgresCores }) => grouped(postgresCores))],
    ['log to flush, MB/s', ...needs.map(({ walMegabytes }) => walMegabytes.toFixed(0))],
    ...(cost.jobs === undefined ? [] : [['jobs of the queue a second', ...needs.map(({ jobs = 0 }) => grouped(jobs))]]),
    ['database sessions without a pooler', ...needs.map(({ sessions }) => grouped(sessions))],
    ['fullest, of one machine', ...needs.map(({ first }) => `${first.what}, ${(first.part * 100).toFixed(0)} %`)],
    ['PostgreSQL machines', ...needs.map(({ shards }) => grouped(shards))],
  ];
  return `${measured}\n\n${assumed}\n\n${tableOf(head, rows)}`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
