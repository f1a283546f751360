const ROWS_MIN = 4_096;
const NONE = -1;

/**
 * Lists of rows, each row a number from 0 on and in one list, in the order in which they came. Columns of numbers that are used again
 * for one part after the other: as objects they would be millions.
 */
export class RowLists {
  private count = 0;
  private placeOf = new Float64Array(ROWS_MIN);
  private lengthOf = new Uint32Array(ROWS_MIN);
  private rankOf = new Float64Array(ROWS_MIN);
  private nextOf = new Int32Array(ROWS_MIN);
  private firstOf = new Int32Array(ROWS_MIN).fill(NONE);
  private lastOf = new Int32Array(ROWS_MIN).fill(NONE);

  clear(): void {
    this.count = 0;
    this.firstOf.fill(NONE);
    this.lastOf.fill(NONE);
  }

  /** @param rank among the rows of its list; rows of equal rank stay in the order in which they came. */
  add(list: number, place: number, length: number, rank: number): void {
    const row = this.count++;
    if (row === this.placeOf.length) this.growRows();
    while (list >= this.firstOf.length) this.growLists();
    this.placeOf[row] = place;
    this.lengthOf[row] = length;
    this.rankOf[row] = rank;
    this.nextOf[row] = NONE;
    const last = this.lastOf[list] as number;
    if (last === NONE) this.firstOf[list] = row;
    else this.nextOf[last] = row;
    this.lastOf[list] = row;
  }

  has(list: number): boolean {
    return (this.firstOf[list] ?? NONE) !== NONE;
  }

  /** A list's rows by their rank. */
  rows(list: number): readonly number[] {
    const rows: number[] = [];
    let isSorted = true;
    for (let row = this.firstOf[list] ?? NONE; row !== NONE; row = this.nextOf[row] as number) {
      const before = rows.at(-1);
      if (before !== undefined && this.rank(before) > this.rank(row)) isSorted = false;
      rows.push(row);
    }
    // Mostly they come in order; but an update moves one to wherever there is room.
    return isSorted ? rows : rows.sort((a, b) => this.rank(a) - this.rank(b));
  }

  place(row: number): number {
    return this.placeOf[row] as number;
  }

  length(row: number): number {
    return this.lengthOf[row] as number;
  }

  private rank(row: number): number {
    return this.rankOf[row] as number;
  }

  private growRows(): void {
    this.placeOf = copied(this.placeOf, new Float64Array(this.placeOf.length * 2));
    this.lengthOf = copied(this.lengthOf, new Uint32Array(this.lengthOf.length * 2));
    this.rankOf = copied(this.rankOf, new Float64Array(this.rankOf.length * 2));
    this.nextOf = copied(this.nextOf, new Int32Array(this.nextOf.length * 2));
  }

  private growLists(): void {
    this.firstOf = copied(this.firstOf, new Int32Array(this.firstOf.length * 2).fill(NONE));
    this.lastOf = copied(this.lastOf, new Int32Array(this.lastOf.length * 2).fill(NONE));
  }
}

function copied<T extends Float64Array | Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
