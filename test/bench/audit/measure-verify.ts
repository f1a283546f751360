import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { BenchFailure } from '../bench-failure.js';
import { distFolder } from '../places.js';
import { cpuMs, residentMb } from '../processes/process-usage.js';

/** What `audit verify` itself prints, and what its process took. */
export interface VerifyFigures {
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly findingsTotal: number;
  /** The greatest resident memory seen, in megabytes (10⁶ bytes). */
  readonly memoryMb: number | null;
  /** CPU time of the process and its threads for an event, in microseconds; the server's is not in it. */
  readonly cpuMicrosAnEvent: number | null;
}

const LOOK_EVERY_MS = 100;

/** Runs the command line as an auditor would, in a process of its own. */
export async function measureVerify(connectionString: string, threads: number | undefined): Promise<VerifyFigures> {
  const args = ['audit', 'verify', '--json', ...(threads === undefined ? [] : ['--threads', `${threads}`])];
  const child = spawn(process.execPath, [path.join(distFolder, 'apps/cli/src/main.js'), ...args], {
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
    if (exitCode !== 0 && exitCode !== 2) throw new BenchFailure('audit verify could not run.');
    const { events, seconds, eventsPerSecond, findingsTotal } = JSON.parse(out) as VerifyFigures;
    return {
      events,
      seconds: Math.round(seconds * 10) / 10,
      eventsPerSecond,
      findingsTotal,
      memoryMb: memoryMb === 0 ? null : memoryMb,
      cpuMicrosAnEvent: cpu === 0 ? null : Math.round((cpu * 10_000) / events) / 10,
    };
  } finally {
    clearInterval(look);
  }
}
