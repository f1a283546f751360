import { announceReady } from '#platform/process';

/** Functions that a process of the benchmark runs for the one that started it; what goes in and out is JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each task has an order and an outcome of its own
export type Tasks<T> = { readonly [K in keyof T]: (order: any) => Promise<unknown> };

export interface TaskRequest {
  readonly id: number;
  readonly task: string;
  readonly order: unknown;
}

export type TaskAnswer =
  { readonly id: number; readonly outcome: unknown } | { readonly id: number; readonly error: string };

/**
 * Runs what the parent process asks for until it goes. Ctrl-C reaches the whole process group, but when to end is the parent's business.
 */
export function serveTasks<T extends Tasks<T>>(tasks: T): void {
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => process.exit(0));
  process.once('disconnect', () => process.exit(0));
  process.on('message', ({ id, task, order }: TaskRequest) => {
    const answer = (message: TaskAnswer) => process.send?.(message);
    tasks[task as keyof T](order).then(
      (outcome) => answer({ id, outcome: outcome ?? null }),
      (error: unknown) => answer({ id, error: error instanceof Error ? error.message : String(error) }),
    );
  });
  announceReady();
}
