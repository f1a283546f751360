import type { Prepare } from '#platform';
import type pg from 'pg';

/** One sequence a kind of id (dialects.md §6). They end at 2³¹−1, and gaps are allowed. */
const DRAW = {
  yotpo: `SELECT nextval('yotpo_redemption_id') AS id FROM generate_series(1, $1)`,
  bonifiq: `SELECT nextval('bonifiq_point_id') AS id FROM generate_series(1, $1)`,
} as const;

/** Plan: primary key. */
const FIND = `
  SELECT redemption_id FROM dialect_redemption WHERE company_id = $1 AND dialect = $2 AND dialect_id = $3`;

const ID_MAX = 2 ** 31 - 1;
const DRAWN_AT_ONCE = 50;
/** SQLSTATE of a sequence that has come to its end. */
const USED_UP = '2200H';

export type NumberedDialect = keyof typeof DRAW;

/** The small integers that some dialects call a redemption by. Drawn in advance, so that a redemption waits for none. */
export class DialectIds {
  private readonly drawn: Record<NumberedDialect, bigint[]> = { yotpo: [], bonifiq: [] };
  private readonly drawing = new Map<NumberedDialect, Promise<void>>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
  ) {}

  /** An id that nobody had before; undefined when there are none left that the dialect could say, or not as many as are drawn at once. */
  async draw(dialect: NumberedDialect): Promise<bigint | undefined> {
    const waiting = this.drawn[dialect];
    for (;;) {
      const id = waiting.shift();
      if (id !== undefined) return id;
      const drawing = this.drawing.get(dialect) ?? this.refill(dialect);
      try {
        await drawing;
      } catch (error) {
        if (isUsedUp(error)) return undefined;
        throw error;
      }
    }
  }

  /** The redemption that a dialect calls by this integer. */
  async find(companyId: number, dialect: NumberedDialect, dialectId: number): Promise<string | undefined> {
    if (dialectId < 1 || dialectId > ID_MAX) return undefined;
    const { rows } = await this.pool.query<{ redemption_id: string }>(
      this.prepare('find_dialect_id', FIND, [companyId, dialect, dialectId]),
    );
    return rows[0]?.redemption_id;
  }

  private refill(dialect: NumberedDialect): Promise<void> {
    const drawing = this.ask(dialect, DRAWN_AT_ONCE)
      .then((ids) => void this.drawn[dialect].push(...ids))
      .finally(() => this.drawing.delete(dialect));
    this.drawing.set(dialect, drawing);
    return drawing;
  }

  private async ask(dialect: NumberedDialect, count: number): Promise<readonly bigint[]> {
    const { rows } = await this.pool.query<{ id: string }>(this.prepare(`draw_${dialect}`, DRAW[dialect], [count]));
    return rows.map(({ id }) => BigInt(id));
  }
}

function isUsedUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === USED_UP;
}
