import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { BenchFailure } from '../bench-failure.js';
import { projectFolder } from '../places.js';
import type { BenchResult } from '../report/result.js';
import { readSavedResults } from '../report/saved-results.js';
import { needsOf, type RedemptionCost } from './needs.js';
import { parseScalingOptions, SCALING_USAGE, type ScalingOptions } from './scaling-options.js';
import { scalingTable } from './scaling-table.js';

const SAVED = 'spread, redis';
const PAGE = path.join(projectFolder, 'docs', 'scaling.md');
const BEGIN = '<!-- needs: written by npm run scaling -- --write -->';
const END = '<!-- needs: end -->';

/** `npm run scaling`: what rates of redemptions need, printed, and into docs/scaling.md where asked for. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const options = parseScalingOptions(args);
    process.stdout.write(options === 'help' ? SCALING_USAGE : await answer(options));
  } catch (error) {
    if (!(error instanceof BenchFailure)) throw error;
    process.stderr.write(`scaling: ${error.message}\n`);
    process.exitCode = 1;
  }
}

async function answer(options: ScalingOptions): Promise<string> {
  const result = await readResult(options.resultFile);
  const cost = costOf(result);
  const needs = options.rates.map((rate) => needsOf(rate, cost, options.plan));
  const table = scalingTable({ result, cost, plan: options.plan, needs });
  if (options.write) await writePage(table);
  return `${table}\n`;
}

async function readResult(file: string | undefined): Promise<BenchResult> {
  if (file !== undefined) {
    try {
      return JSON.parse(await readFile(file, 'utf8')) as BenchResult;
    } catch (error) {
      throw new BenchFailure(`${file} holds no result of "npm run bench -- --json": ${(error as Error).message}`);
    }
  }
  const saved = (await readSavedResults())[SAVED];
  if (saved === undefined) {
    throw new BenchFailure(
      `no result "${SAVED}" is saved: run "npm run bench -- --redis --save" first, or give one with --result.`,
    );
  }
  return saved.result as BenchResult;
}

function costOf({ costPerRedemption, counts }: BenchResult): RedemptionCost {
  const ms = (name: string): number => {
    const found = costPerRedemption.cpuMs[name];
    if (found == null)
      throw new BenchFailure(`the result tells no CPU time of "${name}"; this system may not show it.`);
    return found;
  };
  return {
    apiMs: ms('api'),
    workerMs: ms('worker'),
    postgresMs: ms('postgres'),
    walBytes: costPerRedemption.walBytes,
    jobs: counts?.jobs,
  };
}

async function writePage(table: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new BenchFailure('docs/scaling.md has lost the markers of its table.');
  await writeFile(PAGE, `${page.slice(0, from)}${BEGIN}\n\n${table}\n\n${page.slice(to)}`);
}
