import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { BenchFailure } from '../bench-failure.js';
import { distFolder } from '../places.js';
import { cpuMs, cpuMsOfTree, residentMb } from '../processes/process-usage.js';

/** What a command printed, and what it took. */
export interface CommandRun<T> {
  readonly printed: T;
  /** The greatest resident memory seen, in megabytes (10⁶ bytes). */
  readonly memoryMb: number | null;
  /** CPU time of the process and its threads, in milliseconds. */
  readonly cpuMs: number | null;
  /** CPU time of the database server meanwhile. */
  readonly serverCpuMs: number | null;
}

export interface MeasuredDatabase {
  readonly connectionString: string;
  readonly postmasterPid: number;
}

const LOOK_EVERY_MS = 100;

/** Runs the command line with `--json` as a person would, in a process of its own. */
export async function runCommand<T>(
  { connectionString, postmasterPid }: MeasuredDatabase,
  args: readonly string[],
): Promise<CommandRun<T>> {
  const serverBefore = cpuMsOfTree(postmasterPid);
  const child = spawn(process.execPath, [path.join(distFolder, 'apps/cli/src/main.js'), ...args, '--json'], {
    env: { ...process.env, DATABASE_URL: connectionString },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let memoryMb = 0;
  let cpu = 0;
  const look = setInterval(() => {
    memoryMb = Math.max(memoryMb, residentMb(child.pid ?? 0) ?? 0);
    cpu = cpuMs(child.pid ?? 0) ?? cpu;
  }, LOOK_EVERY_MS);
  try {
    const exit = once(child, 'exit');
    const out = await text(child.stdout);
    const [exitCode] = (await exit) as [number | null];
    if (exitCode !== 0 && exitCode !== 2) throw new BenchFailure(`${args.join(' ')} could not run.`);
    const serverAfter = cpuMsOfTree(postmasterPid);
    return {
      printed: JSON.parse(out) as T,
      memoryMb: memoryMb === 0 ? null : memoryMb,
      cpuMs: cpu === 0 ? null : cpu,
      serverCpuMs: serverBefore === undefined || serverAfter === undefined ? null : serverAfter - serverBefore,
    };
  } finally {
    clearInterval(look);
  }
}

/** Microseconds for one event, to a tenth. */
export function microsAnEvent(ms: number | null, events: number): number | null {
  return ms === null ? null : Math.round((ms * 10_000) / events) / 10;
}
