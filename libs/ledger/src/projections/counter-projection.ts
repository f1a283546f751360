import { countersTaken, type Redemption } from '#domain';
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
    company_id: ({ companyId }) => companyId,
    counter: ({ counter }) => counter,
    taken: ({ delta }) => delta,
  },
  sums: ['taken'],
  rowsOf: ({ companyId, redemptions }) =>
    redemptions.flatMap(({ before, after }) => [
      ...taken(before).map((counter) => ({ companyId, counter, delta: -1n })),
      ...taken(after).map((counter) => ({ companyId, counter, delta: 1n })),
    ]),
});

function taken(redemption: Redemption | undefined): readonly string[] {
  return redemption === undefined ? [] : countersTaken(redemption);
}
