import { takeRandom } from '../crypto/random.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const COUNTER_END = 2 ** 32;

/** Whether `text` is a UUID of any version, in the usual form with hyphens. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A generator of UUIDs of version 7 (RFC 9562 §5.7), lower case: 48 bits of milliseconds, then a 32-bit counter that starts at a random
 * number each millisecond and goes up by one (§6.2, method 1), then 42 random bits. One generator's ids therefore sort in the
 * order they were made, even when the clock goes backwards: it then counts on in the last millisecond it has seen.
 *
 * @param nowMs the clock, in milliseconds since 1970.
 */
export function createUuidV7(nowMs: () => number = Date.now): () => string {
  let lastMs = -1;
  let counter = 0;
  return () => {
    const bytes = takeRandom(10);
    const clockMs = nowMs();
    if (clockMs > lastMs) {
      lastMs = clockMs;
      counter = freshCounter(bytes);
    } else if (++counter === COUNTER_END) {
      lastMs += 1;
      counter = freshCounter(bytes);
    }
    return format(lastMs, counter, bytes);
  };
}

/** The process's own generator, for events, redemptions and commands. */
export const uuidV7 = createUuidV7();

/** The top bit stays clear, which leaves two thousand million ids before a millisecond overflows. */
function freshCounter(bytes: Buffer): number {
  return bytes.readUInt32BE(0) & 0x7fffffff;
}

function format(ms: number, counter: number, random: Buffer): string {
  const high = Math.floor(ms / 0x10000);
  const low = ms % 0x10000;
  const tail = byte(random, 4) & 0x03;
  return (
    `${hex(high >>> 24)}${hex(high >>> 16)}${hex(high >>> 8)}${hex(high)}-${hex(low >>> 8)}${hex(low)}-` +
    `${hex(0x70 | (counter >>> 28))}${hex(counter >>> 20)}-` +
    `${hex(0x80 | ((counter >>> 14) & 0x3f))}${hex(counter >>> 6)}-` +
    `${hex(((counter & 0x3f) << 2) | tail)}${hex(byte(random, 5))}${hex(byte(random, 6))}` +
    `${hex(byte(random, 7))}${hex(byte(random, 8))}${hex(byte(random, 9))}`
  );
}

function byte(bytes: Buffer, index: number): number {
  return bytes[index] ?? 0;
}

function hex(value: number): string {
  return HEX[value & 0xff] ?? '';
}
