import { EVERY_WALLET, type StreamRange } from '../feed/stream-reader.js';

const PREFIXES = 2 ** 32;

/** Cuts all wallets into `count` parts that follow each other. Ids are random, so equal parts hold about equally many. */
export function splitWallets(count: number): readonly StreamRange['wallets'][] {
  return Array.from({ length: count }, (_, index) => [from(index / count), to((index + 1) / count)]);
}

function from(share: number): string {
  return hexPrefix(Math.floor(share * PREFIXES)) + EVERY_WALLET[0].slice(8);
}

/** The last id before the next part's first. */
function to(share: number): string {
  return hexPrefix(Math.floor(share * PREFIXES) - 1) + EVERY_WALLET[1].slice(8);
}

function hexPrefix(value: number): string {
  return value.toString(16).padStart(8, '0');
}
