/** The run was stopped by the person at the terminal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Everything that was started, stopped in the opposite order, whatever happens. */
export class Teardown {
  private readonly stops: (() => Promise<unknown>)[] = [];
  private interrupted = false;
  private running = Promise.resolve();

  /** Starts something and sees to it that it is stopped. @throws Interrupted when the run has been stopped meanwhile. */
  async own<T>(start: () => Promise<T> | T, stop: (started: T) => Promise<unknown>): Promise<T> {
    this.assertGoing();
    const started = await start();
    this.stops.push(() => stop(started));
    this.assertGoing();
    return started;
  }

  /** From now on nothing more may be started. */
  interrupt(): Promise<void> {
    this.interrupted = true;
    return this.run();
  }

  /** Resolves when everything is stopped, by whomever it was begun. */
  run(): Promise<void> {
    this.running = this.running.then(() => this.drain());
    return this.running;
  }

  private async drain(): Promise<void> {
    for (let stop = this.stops.pop(); stop !== undefined; stop = this.stops.pop()) {
      try {
        await stop();
      } catch (error) {
        process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }

  private assertGoing(): void {
    if (this.interrupted) throw new Interrupted();
  }
}
