import { judge } from '../oracle/judge.js';
import { FaultRig } from '../rig/fault-rig.js';
import { runCase, type CaseResult } from './run-case.js';
import type { TableCase } from './table-case.js';
import { PROVIDERS } from './table-rows.js';

export interface JudgedCase extends CaseResult {
  readonly one: TableCase;
  readonly findings: readonly string[];
}

export interface TableResult {
  readonly cases: readonly JudgedCase[];
  /** What belongs to no case. */
  readonly others: readonly string[];
}

interface PlayedCase extends CaseResult {
  readonly one: TableCase;
}

const GIVEN_UP_AFTER = 40;
/** How often a row is played again of which nothing happened. */
const AGAIN_MAX = 2;

/** Plays all cases, `width` at a time, and has the oracle judge them together. */
export async function runTable(
  cases: readonly TableCase[],
  { width, onProgress }: { readonly width: number; readonly onProgress?: (done: number) => void },
): Promise<TableResult> {
  const rig = await FaultRig.open(PROVIDERS);
  rig.startPump();
  try {
    let results: PlayedCase[] = [];
    let stuck = 0;
    const play = async (some: readonly TableCase[]): Promise<void> => {
      const waiting = [...some];
      const lane = async (): Promise<void> => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
          // An engine that is broken would let every case wait for its end in vain.
          if (stuck > GIVEN_UP_AFTER) return;
          const result = await runCase(rig, one);
          if (!result.ended) stuck += 1;
          results.push({ ...result, one });
          onProgress?.(results.length);
        }
      };
      await Promise.all(Array.from({ length: width }, lane));
    };
    await play(cases);
    for (let again = 0; again < AGAIN_MAX; again++) {
      const silent = rowsUnstruck(results);
      const isSilent = ({ row }: TableCase): boolean => silent.has(row.name);
      // What they led to is judged all the same, as what belongs to no case; one that did not end stays, and is wrong.
      results = results.filter(({ one, ended }) => !ended || !isSilent(one));
      await play(cases.filter(isSilent));
    }
    await rig.rests();
    const liars = results.filter(({ one }) => one.row.isLiar === true).map(({ key }) => key.redemptionId);
    const findings = judge(await rig.evidence(new Set(liars)));
    return attribute(results, findings);
  } finally {
    await rig.stop();
  }
}

/** Rows whose fault befell no call: on a machine that stood still meanwhile, their redemptions were over before the provider was asked. */
function rowsUnstruck(results: readonly PlayedCase[]): ReadonlySet<string> {
  const names = (some: readonly PlayedCase[]) => some.map(({ one }) => one.row.name);
  const struck = new Set(names(results.filter(({ struck: isStruck }) => isStruck)));
  return new Set(names(results).filter((name) => !struck.has(name)));
}

function attribute(results: readonly PlayedCase[], findings: readonly string[]): TableResult {
  const attributed = new Set<string>();
  const cases = results.map((result) => {
    const own = findings.filter((finding) => finding.includes(result.key.redemptionId));
    for (const finding of own) attributed.add(finding);
    return { ...result, findings: own };
  });
  return { cases, others: findings.filter((finding) => !attributed.has(finding)) };
}
