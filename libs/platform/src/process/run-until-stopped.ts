/** What the supervisor hears from a process that it started. */
export interface ReadyMessage {
  readonly type: 'ready';
  /** The port listened on, from a process that listens. */
  readonly port?: number;
}

/** Tells the supervisor, where there is one, that this process does its work from now on. */
export function announceReady(details: Omit<ReadyMessage, 'type'> = {}): void {
  process.send?.({ type: 'ready', ...details } satisfies ReadyMessage);
}

/**
 * Ends the process when it is asked to: by SIGTERM, by the supervisor's end, and, where there is no supervisor, by Ctrl-C. Under a
 * supervisor Ctrl-C is its business, since it reaches the whole process group, and the order of stopping matters: the API drains while
 * the worker still settles what it waits for.
 *
 * @param stop finishes what is in flight; the process exits with 0 when it resolves, with 1 when it rejects.
 */
export function runUntilStopped(stop: () => Promise<void>): void {
  let stopping = false;
  const stopOnce = () => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  const supervised = process.send !== undefined;
  process.on('SIGTERM', stopOnce);
  process.on('SIGINT', supervised ? () => undefined : stopOnce);
  if (supervised) process.once('disconnect', stopOnce);
}
