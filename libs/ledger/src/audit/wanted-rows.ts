/**
 * The rows that ought to stand in a table for one stream, struck off as they are found. Rows mostly lie in the order in which their events
 * were written: each is looked for where the one before was, and by its id only if it isn't there.
 */
export class WantedRows<T> {
  private readonly struck: boolean[] = [];
  private places: Map<string, number> | undefined;
  private next = 0;

  constructor(
    private readonly wanted: readonly T[],
    private readonly idOf: (wanted: T) => string,
  ) {}

  /** @returns its number, or undefined where no such row is wanted, or not any more. */
  find(isIt: (wanted: T) => boolean, id: () => string): number | undefined {
    const { next, wanted } = this;
    const at = next < wanted.length && isIt(wanted[next] as T) ? next : this.placeOf(id());
    if (at === undefined || this.struck[at] === true) return undefined;
    this.next = at + 1;
    return at;
  }

  at(number: number): T {
    return this.wanted[number] as T;
  }

  strikeOff(number: number): void {
    this.struck[number] = true;
  }

  /** Those that were not found. */
  get left(): readonly T[] {
    return this.wanted.filter((_, i) => this.struck[i] !== true);
  }

  private placeOf(id: string): number | undefined {
    this.places ??= new Map(this.wanted.map((wanted, i) => [this.idOf(wanted), i]));
    return this.places.get(id);
  }
}
