const GOLDEN = 0x9e3779b1;
const HIGH_WORD = 2 ** 32;

/**
 * Which of `parts` a stream belongs to; ids that were counted up are spread, too.
 * @param walletEnd the last four bytes of the wallet's id: the most random, whoever made the id.
 */
export function partOf(walletEnd: number, parts: number): number {
  return Math.floor(((Math.imul(walletEnd, GOLDEN) >>> 0) / HIGH_WORD) * parts);
}
