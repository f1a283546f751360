import { parentPort, Worker, type ResourceLimits } from 'node:worker_threads';
import { SpillError } from './spill-file.js';

/** What went wrong in a thread: of an error, what can be told. */
export interface ThreadFailure {
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

type Answer = { readonly done: unknown } | { readonly failed: ThreadFailure };

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** A program that runs in a thread of its own, and does one order after the other. Others may be asked meanwhile: they wait in the thread. */
export class AskedThread<Order, Done> {
  private readonly thread: Worker;
  private asked: Asked[] = [];
  /** What ended it. */
  private ended: Error | undefined;

  /** @param toError makes an error of a failure that only the caller knows. */
  constructor(
    program: URL,
    options: { readonly workerData: unknown; readonly resourceLimits: ResourceLimits },
    private readonly toError: (failure: ThreadFailure) => Error | undefined = () => undefined,
  ) {
    this.thread = new Worker(program, options);
    this.thread.on('message', (answer: Answer) => this.asked.shift()?.resolve(answer));
    this.thread.on('error', (error) => this.fail(error));
    this.thread.on('exit', (code) => this.fail(new Error(`A thread ended with code ${code}.`)));
  }

  /** @throws SpillError, or whatever the failure is made to. */
  async ask(order: Order): Promise<Done> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      if (this.ended !== undefined) return reject(this.ended);
      this.asked.push({ resolve, reject });
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

  private fail(error: Error): void {
    this.ended ??= error;
    const { asked } = this;
    this.asked = [];
    for (const { reject } of asked) reject(error);
  }
}

/** The thread's side. */
export function answerOrders(work: (order: never) => Promise<unknown>): void {
  let last: Promise<unknown> = Promise.resolve();
  parentPort?.on('message', (order: unknown) => {
    last = last
      .then(() => work(order as never))
      .then((done): Answer => ({ done }))
      .catch((error: unknown): Answer => ({ failed: failureOf(error) }))
      .then((answer) => parentPort?.postMessage(answer));
  });
}

function failureOf(error: unknown): ThreadFailure {
  const { name, message, code = '' } = error as Error & { readonly code?: string };
  return { name, message, code };
}
