/** Of the tables, for a part; a thread holds one part in memory. */
const BYTES_A_PART = 8_388_608;
/** From here on parts grow: each has a buffer of its own while rows are put aside, and small ones make small writes. */
const PARTS_GROWN = 512;
const BYTES_A_GROWN_PART = 33_554_432;
const PARTS_MAX = 4_096;
/** So that no thread waits long for another's last. */
const PARTS_A_THREAD = 8;

/** In how many parts streams are looked through whose rows come from so many bytes of tables. */
export function partsFor(bytes: number, threads: number): number {
  const least = threads === 1 ? 1 : threads * PARTS_A_THREAD;
  const small = Math.ceil(bytes / BYTES_A_PART);
  const parts = small <= PARTS_GROWN ? small : Math.max(PARTS_GROWN, Math.ceil(bytes / BYTES_A_GROWN_PART));
  return Math.min(Math.max(parts, least), PARTS_MAX);
}
