import { microsAnEvent, runCommand, type MeasuredDatabase } from './run-command.js';

/** What `projections rebuild` itself prints, and what its process and the server took. */
export interface RebuildFigures {
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly memoryMb: number | null;
  readonly cpuMicrosAnEvent: number | null;
  readonly serverCpuMicrosAnEvent: number | null;
}

type Rebuilt = Pick<RebuildFigures, 'events' | 'seconds' | 'eventsPerSecond'>;

export async function measureRebuild(database: MeasuredDatabase): Promise<RebuildFigures> {
  const { printed, memoryMb, cpuMs, serverCpuMs } = await runCommand<Rebuilt>(database, ['projections', 'rebuild']);
  const { events, seconds, eventsPerSecond } = printed;
  return {
    events,
    seconds: Math.round(seconds * 10) / 10,
    eventsPerSecond,
    memoryMb,
    cpuMicrosAnEvent: microsAnEvent(cpuMs, events),
    serverCpuMicrosAnEvent: microsAnEvent(serverCpuMs, events),
  };
}
