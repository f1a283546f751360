import { countersTaken } from '#domain';
import { int4, int8, text } from './columns.js';
import { projection } from './projection.js';

interface CounterMove {
  readonly companyId: number;
  readonly counter: string;
  readonly delta: bigint;
}

/** How much of each limit is taken: all of a company's streams add to it. A counter at nought may be missing. */
export const counterProjection = projection<CounterMove>({
  table: 'option_counter',
  key: ['company_id', 'counter'],
  columns: {
    company_id: int4(({ companyId }) => companyId),
    counter: text(({ counter }) => counter),
    taken: int8(({ delta }) => delta),
  },
  sums: ['taken'],
  rowsOf: ({ companyId, redemptions }) => {
    const moves: CounterMove[] = [];
    for (const { before, after } of redemptions) {
      if (before !== undefined)
        for (const counter of countersTaken(before)) moves.push({ companyId, counter, delta: -1n });
      for (const counter of countersTaken(after)) moves.push({ companyId, counter, delta: 1n });
    }
    return moves;
  },
});
