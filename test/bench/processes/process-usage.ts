import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const MICROS_PER_TICK = 10_000;

/** Resident memory in megabytes (10⁶ bytes); undefined when the system doesn't tell. */
export function residentMb(pid: number): number | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' });
  const kilobytes = status === 0 ? Number(stdout.trim()) : (procStatusKilobytes(pid) ?? Number.NaN);
  return Number.isFinite(kilobytes) && kilobytes > 0 ? Math.round((kilobytes * 1024) / 100_000) / 10 : undefined;
}

/** CPU time used so far, in milliseconds; undefined where there is no /proc. */
export function cpuMs(pid: number): number | undefined {
  return procStat(pid)?.cpuMs;
}

/** The same of a server that forks: its own, and that of its children, those that have ended included. */
export function cpuMsOfTree(parentPid: number): number | undefined {
  const own = procStat(parentPid);
  if (own === undefined) return undefined;
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const children = pids.map(procStat).filter((stat) => stat?.parentPid === parentPid);
  return children.reduce((sum, stat) => sum + (stat?.cpuMs ?? 0), own.cpuMs + own.endedChildrenCpuMs);
}

interface ProcStat {
  readonly parentPid: number;
  readonly cpuMs: number;
  readonly endedChildrenCpuMs: number;
}

function procStat(pid: number): ProcStat | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold blanks.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  const msOf = (user: number, system: number) =>
    ((Number(fields[user]) + Number(fields[system])) * MICROS_PER_TICK) / 1000;
  return { parentPid: Number(fields[1]), cpuMs: msOf(11, 12), endedChildrenCpuMs: msOf(13, 14) };
}

function procStatusKilobytes(pid: number): number | undefined {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(`/proc/${pid}/status`) ?? '');
  return found === null ? undefined : Number(found[1]);
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
