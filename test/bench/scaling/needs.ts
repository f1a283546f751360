/** What one redemption takes, as a benchmark measured it. */
export interface RedemptionCost {
  /** CPU milliseconds of each program. */
  readonly apiMs: number;
  readonly workerMs: number;
  readonly postgresMs: number;
  /** Bytes of write-ahead log. */
  readonly walBytes: number;
  /** Jobs of the queue; undefined where the benchmark did not count. */
  readonly jobs: number | undefined;
}

/** What is assumed where nothing was measured. */
export interface ScalingPlan {
  /** How full a core may be, so that a queue in front of it stays short. */
  readonly load: number;
  /** Cores of the largest machine that PostgreSQL is to run on. */
  readonly postgresCores: number;
  /** Megabytes a second that its disk flushes. */
  readonly walMegabytes: number;
  /** `DATABASE_POOL_MAX` and `LEDGER_LANES` of each process. */
  readonly poolMax: number;
  readonly lanes: number;
}

/** What a rate of redemptions needs. Arithmetic, not a measurement: nothing in it grows but in proportion. */
export interface Needs {
  readonly perSecond: number;
  /** Processes, of a core each. */
  readonly apis: number;
  readonly workers: number;
  readonly postgresCores: number;
  readonly walMegabytes: number;
  readonly jobs: number | undefined;
  /** Sessions with the database, were there no pooler. */
  readonly sessions: number;
  /** PostgreSQL machines of the plan's size that share it. */
  readonly shards: number;
  /** What is fullest, as a part of what one machine has. */
  readonly first: { readonly what: string; readonly part: number };
}

/** A listener or a notifier, and in the worker its checkpoints: connections besides the pools'. */
const SESSIONS_BESIDES = { api: 2, worker: 3 };
const MEGA = 1_000_000;

export function needsOf(perSecond: number, cost: RedemptionCost, plan: ScalingPlan): Needs {
  const cores = (ms: number): number => (perSecond * ms) / 1_000 / plan.load;
  const apis = Math.ceil(cores(cost.apiMs));
  const workers = Math.ceil(cores(cost.workerMs));
  const postgresCores = cores(cost.postgresMs);
  const walMegabytes = (perSecond * cost.walBytes) / MEGA;
  const parts = [
    { what: 'PostgreSQL’s CPU', part: postgresCores / plan.postgresCores },
    { what: 'the flush of its log', part: walMegabytes / plan.walMegabytes },
  ];
  const first = parts.reduce((fullest, part) => (part.part > fullest.part ? part : fullest));
  const pooled = plan.poolMax + plan.lanes;
  return {
    perSecond,
    apis,
    workers,
    postgresCores: Math.ceil(postgresCores),
    walMegabytes,
    jobs: cost.jobs === undefined ? undefined : perSecond * cost.jobs,
    sessions: apis * (pooled + SESSIONS_BESIDES.api) + workers * (pooled + SESSIONS_BESIDES.worker),
    shards: Math.max(1, Math.ceil(first.part)),
    first,
  };
}
