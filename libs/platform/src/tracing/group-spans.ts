import type { Tracer } from './tracer.js';

/** A command of the ledger, as far as a trace tells of it. */
interface TracedCommand {
  readonly traceId: string | undefined;
  readonly command: { readonly type: string };
}

interface TracedGroup {
  readonly size: number;
  readonly seconds: number;
  readonly commands: readonly TracedCommand[];
}

/**
 * A group of the ledger is one transaction for many traces: each of its commands that belongs to one shows the group there, under the
 * span of this process that is open in that trace.
 */
export function recordGroup(tracer: Tracer, { size, seconds, commands }: TracedGroup): void {
  for (const { traceId, command } of commands) {
    if (traceId === undefined) continue;
    const attributes = { 'holdfast.command': command.type, 'holdfast.group.commands': size };
    tracer.record('ledger group', { traceId, seconds, attributes });
  }
}
