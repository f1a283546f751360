import type { Logger, Prepare } from '#platform';
import type pg from 'pg';

/** A look at a pool costs an index scan of at most `warnBelow` entries. */
const COUNT_LEFT = `
SELECT count(*)::int AS left
  FROM (SELECT FROM pool_code WHERE company_id = $1 AND provider = $2 LIMIT $3) code`;

const LOOK_EVERY_MS = 1_000;

export interface PoolName {
  readonly companyId: number;
  readonly provider: string;
}

interface Watched {
  lookedAtMs: number;
  isDue: boolean;
  /** How many of the levels have been warned of; codes that are imported take them back. */
  warnings: number;
}

/**
 * Warns before a pool runs dry: when fewer codes are left than `warnBelow`, again at a half, a quarter and an eighth of that, and when none
 * is left; each once, until codes are imported. It looks after codes were handed out, at most once a second for each pool.
 */
export class PoolWatch {
  private readonly pools = new Map<string, Watched>();

  constructor(
    private readonly deps: {
      readonly pool: pg.Pool;
      readonly prepare: Prepare;
      readonly logger: Logger;
    },
  ) {}

  /** Codes were taken from a pool, or it had none. @param warnBelow 0: nobody wants to be warned. */
  taken(name: PoolName, warnBelow: number): void {
    if (warnBelow <= 0) return;
    const watched = this.watched(name);
    if (watched.isDue) return;
    watched.isDue = true;
    const waitMs = Math.max(0, watched.lookedAtMs + LOOK_EVERY_MS - performance.now());
    setTimeout(() => void this.look(name, warnBelow), waitMs).unref();
  }

  /** Looks now. Never rejects. */
  async look(name: PoolName, warnBelow: number): Promise<void> {
    const watched = this.watched(name);
    const { pool, prepare, logger } = this.deps;
    watched.isDue = false;
    watched.lookedAtMs = performance.now();
    try {
      const values = [name.companyId, name.provider, warnBelow];
      const { rows } = await pool.query<{ left: number }>(prepare('count_pool_codes', COUNT_LEFT, values));
      const left = rows[0]?.left ?? 0;
      const warnings = warningsDue(left, warnBelow);
      if (warnings > watched.warnings) logger.warn({ ...name, left }, messageOf(left));
      watched.warnings = warnings;
    } catch (error) {
      logger.warn({ err: error, ...name }, 'A pool of voucher codes could not be counted.');
    }
  }

  private watched({ companyId, provider }: PoolName): Watched {
    const key = `${companyId}:${provider}`;
    const known = this.pools.get(key);
    if (known !== undefined) return known;
    const watched: Watched = { lookedAtMs: Number.NEGATIVE_INFINITY, isDue: false, warnings: 0 };
    this.pools.set(key, watched);
    return watched;
  }
}

/** How many of the levels have been reached: the threshold, a half, a quarter, an eighth of it, none left. */
export function warningsDue(left: number, warnBelow: number): number {
  const below = [1, 2, 4, 8].filter((part) => left < warnBelow / part).length;
  return left === 0 ? 5 : below;
}

function messageOf(left: number): string {
  return left === 0
    ? 'A pool of voucher codes is empty: redemptions from it fail until codes are imported.'
    : 'A pool of voucher codes runs dry; import more.';
}
