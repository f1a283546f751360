import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import type { Teardown } from '../processes/teardown.js';
import type { AnyResult } from '../report/result.js';
import type { Scenario } from '../scenario/scenario.js';

/** What every study prints at the top. A study has no floor: the second rate is what the first is compared with, null where nothing is. */
export interface StudyResult extends AnyResult {
  readonly settledPerSecond: number;
  readonly floorPerSecond: number | null;
  readonly ratio: number;
  /** What has to hold, and whether it did. */
  readonly checks: readonly Check[];
}

export interface Check {
  readonly what: string;
  readonly found: number;
  /** The most, or the least, that it may be. */
  readonly bound: number;
  readonly unit: string;
  readonly held: boolean;
}

/** A question that isn't how many redemptions a second there are beside the floor. A new one is a file in this folder and a line in `studies.ts`. */
export interface Study {
  readonly name: string;
  /** The load, and how much of it there is unless the command line says otherwise. */
  readonly scenario: Scenario;
  readonly seconds: number;
  /** Of a study on a ledger that has grown: events it has before, unless the command line says otherwise. */
  readonly events?: number;
  run(
    options: BenchOptions,
    teardown: Teardown,
    progress: Progress,
  ): Promise<{ readonly result: StudyResult; readonly table: string }>;
}

export function atMost(what: string, found: number, bound: number, unit: string): Check {
  return { what, found, bound, unit, held: found <= bound };
}

export function atLeast(what: string, found: number, bound: number, unit: string): Check {
  return { what, found, bound, unit, held: found >= bound };
}

/** A line a check, for a person. */
export function checkLines(checks: readonly Check[]): string[] {
  return checks.map(({ what, found, bound, unit, held }) =>
    `${held ? 'held ' : 'SHORT'}  ${what}: ${found}${unit} (bound ${bound}${unit})`.trimEnd(),
  );
}
