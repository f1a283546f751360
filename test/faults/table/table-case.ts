import { FAIL_POINTS, type FailPoint } from '../rig/fault-worker.js';
import { DELIVERIES, MOMENTS, ROWS, type DeliveryName, type Moment, type TableRow } from './table-rows.js';

export const CRASHES = ['none', ...FAIL_POINTS] as const;
export type Crash = 'none' | FailPoint;

export interface TableCase {
  readonly row: TableRow;
  readonly moment: Moment;
  readonly delivery: DeliveryName;
  readonly crash: Crash;
}

/** Every row × moment × delivery × crash. */
export function wholeTable(): readonly TableCase[] {
  return ROWS.flatMap((row) =>
    MOMENTS.flatMap((moment) =>
      DELIVERIES.flatMap((delivery) => CRASHES.map((crash) => ({ row, moment, delivery, crash }))),
    ),
  );
}

/** Every row × moment once; deliveries and crashes take turns, so that each meets many rows and moments. */
export function shortTable(): readonly TableCase[] {
  let turn = 0;
  return ROWS.flatMap((row) =>
    MOMENTS.map((moment): TableCase => {
      const delivery = DELIVERIES[turn % DELIVERIES.length] ?? 'once';
      const crash = CRASHES[(turn * 2) % CRASHES.length] ?? 'none';
      turn += 1;
      return { row, moment, delivery, crash };
    }),
  );
}

/** The cases of the whole table that a person has asked for, by a pattern over `mode · moment · delivery · crash`. */
export function casesLike(pattern: string): readonly TableCase[] {
  const wanted = new RegExp(pattern);
  return wholeTable().filter((one) => wanted.test(nameOf(one)));
}

export function nameOf({ row, moment, delivery, crash }: TableCase): string {
  return `${row.name} · ${moment} · ${delivery} · ${crash}`;
}
