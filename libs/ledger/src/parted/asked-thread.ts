import { parentPort, Worker, type ResourceLimits } from 'node:worker_threads';
import { SpillError } from './spill-file.js';

/** What went wrong in a thread: of an error, what can be told. */
export interface ThreadFailure {
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

type Answer = { readonly done: unknown } | { readonly failed: ThreadFailure };

/** A program that runs in a thread of its own, and does one order after the other. */
export class AskedThread<Order, Done> {
  private readonly thread: Worker;
  private settle: { resolve: (answer: Answer) => void; reject: (error: unknown) => void } | undefined;

  /** @param toError makes an error of a failure that only the caller knows. */
  constructor(
    program: URL,
    options: { readonly workerData: unknown; readonly resourceLimits: ResourceLimits },
    private readonly toError: (failure: ThreadFailure) => Error | undefined = () => undefined,
  ) {
    this.thread = new Worker(program, options);
    this.thread.on('message', (answer: Answer) => this.settle?.resolve(answer));
    this.thread.on('error', (error) => this.settle?.reject(error));
    this.thread.on('exit', (code) => this.settle?.reject(new Error(`A thread ended with code ${code}.`)));
  }

  /** @throws SpillError, or whatever the failure is made to. */
  async ask<O extends Order>(order: O): Promise<Done> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.settle = { resolve, reject };
      this.thread.postMessage(order);
    });
    if ('done' in answer) return answer.done as Done;
    const { name, message, code } = answer.failed;
    if (name === 'SpillError') throw new SpillError(code);
    throw this.toError(answer.failed) ?? Object.assign(new Error(message), { name, code });
  }

  async close(): Promise<void> {
    await this.thread.terminate();
  }
}

/** The thread's side. */
export function answerOrders<Order>(work: (order: Order) => Promise<unknown>): void {
  parentPort?.on('message', (order: Order) => {
    void work(order)
      .then((done): Answer => ({ done }))
      .catch((error: unknown): Answer => ({ failed: failureOf(error) }))
      .then((answer) => parentPort?.postMessage(answer));
  });
}

function failureOf(error: unknown): ThreadFailure {
  const { name, message, code = '' } = error as Error & { readonly code?: string };
  return { name, message, code };
}
