import { bulkhead, type BulkheadPolicy } from 'cockatiel';

/** Lets so many of a queue's redemptions be worked on at once in this process; the others stand in line, in the order in which they came. */
export class Slots {
  private line: BulkheadPolicy;

  constructor(private size: number) {
    this.line = lineOf(size);
  }

  /** What is being worked on, or stands in line, goes on under the size it found. */
  resize(size: number): void {
    if (size === this.size) return;
    this.size = size;
    this.line = lineOf(size);
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.line.execute(work);
  }
}

function lineOf(size: number): BulkheadPolicy {
  return bulkhead(size, Number.POSITIVE_INFINITY);
}
