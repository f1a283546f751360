import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 8192;
const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let used = POOL_BYTES;

/**
 * `length` bytes from the system's random source, in a buffer of their own. They are drawn 8 KB at a time, because a call to
 * `randomBytes` for each of the few dozen bytes a redemption needs was a visible share of the processor. What has been handed out
 * is wiped from the pool, so a dump of the heap doesn't hold the codes of the last minutes twice.
 */
export function takeRandom(length: number): Buffer<ArrayBuffer> {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new RangeError(`takeRandom needs a length of 0 or more whole bytes, not ${length}`);
  }
  if (length > POOL_BYTES) {
    return randomFillSync(Buffer.alloc(length));
  }
  if (used + length > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const taken = Buffer.alloc(length);
  pool.copy(taken, 0, used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return taken;
}
