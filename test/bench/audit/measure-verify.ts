import { microsAnEvent, runCommand, type MeasuredDatabase } from './run-command.js';

/** What `audit verify` itself prints, and what its process and the server took. */
export interface VerifyFigures {
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly findingsTotal: number;
  /** The greatest resident memory seen, in megabytes (10⁶ bytes). */
  readonly memoryMb: number | null;
  /** CPU time of the process and its threads for an event, in microseconds, and the server's. */
  readonly cpuMicrosAnEvent: number | null;
  readonly serverCpuMicrosAnEvent: number | null;
}

type Verified = Pick<VerifyFigures, 'events' | 'seconds' | 'eventsPerSecond' | 'findingsTotal'>;

export async function measureVerify(database: MeasuredDatabase, threads: number | undefined): Promise<VerifyFigures> {
  const args = ['audit', 'verify', ...(threads === undefined ? [] : ['--threads', `${threads}`])];
  const { printed, memoryMb, cpuMs, serverCpuMs } = await runCommand<Verified>(database, args);
  const { events, seconds, eventsPerSecond, findingsTotal } = printed;
  return {
    events,
    seconds: Math.round(seconds * 10) / 10,
    eventsPerSecond,
    findingsTotal,
    memoryMb,
    cpuMicrosAnEvent: microsAnEvent(cpuMs, events),
    serverCpuMicrosAnEvent: microsAnEvent(serverCpuMs, events),
  };
}
