import { inspect } from 'node:util';
import { SealBrokenError } from './aes-gcm.js';
import { hkdfExpand, hkdfExtract } from './hkdf.js';

const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const HEX_KEY = /^[0-9a-fA-F]{64}$/;
const BASE64_KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Why a text is no list of encryption keys. The message names positions and ids, never a key. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
}

/**
 * The encryption keys of `ENCRYPTION_KEY`: the first seals, all of them open. To rotate, put a new key in front and keep the old
 * ones for as long as an event names them. A ring never shows its keys to a log, an inspector or JSON.
 */
export class KeyRing {
  readonly #extracted: ReadonlyMap<string, Buffer>;
  /** The ids in the order of the setting, the one that seals first. */
  readonly ids: readonly string[];

  private constructor(keys: ReadonlyMap<string, Buffer>) {
    this.#extracted = new Map([...keys].map(([id, key]) => [id, hkdfExtract(key)]));
    this.ids = Object.freeze([...keys.keys()]);
  }

  /**
   * Reads `id:key,id:key…`. An id is 1–32 of `A-Z a-z 0-9 _ -`; a key is 32 bytes in hexadecimal or base64.
   * @throws KeyRingError
   */
  static parse(text: string): KeyRing {
    const keys = new Map<string, Buffer>();
    for (const [index, entry] of text.split(',').entries()) {
      const { id, key } = parseEntry(entry.trim(), index + 1);
      if (keys.has(id)) {
        throw new KeyRingError(`the id "${id}" stands there twice; give every key an id of its own`);
      }
      for (const [otherId, other] of keys) {
        if (other.equals(key)) {
          throw new KeyRingError(`"${otherId}" and "${id}" are the same key; remove one of them`);
        }
      }
      keys.set(id, key);
    }
    return new KeyRing(keys);
  }

  /** The id of the key that seals. */
  get primaryId(): string {
    const [id] = this.ids;
    if (id === undefined) {
      throw new KeyRingError('the list of keys is empty');
    }
    return id;
  }

  /** Which of `keyIds` this ring doesn't have. A start must be refused while events name one of them. */
  missing(keyIds: Iterable<string>): string[] {
    return [...new Set(keyIds)].filter((id) => !this.#extracted.has(id));
  }

  /**
   * HKDF-SHA-256 of the named key for `info`: 32 bytes.
   * @throws SealBrokenError when the ring has no key of that id.
   */
  derive(keyId: string, info: string): Buffer {
    const extracted = this.#extracted.get(keyId);
    if (extracted === undefined) {
      throw new SealBrokenError(`ENCRYPTION_KEY has no key "${keyId}": put it back at the end of the list.`);
    }
    return hkdfExpand(extracted, info);
  }

  toJSON(): string {
    return `[key ring: ${this.ids.join(', ')}]`;
  }

  [inspect.custom](): string {
    return this.toJSON();
  }
}

function parseEntry(entry: string, position: number): { id: string; key: Buffer } {
  const colon = entry.indexOf(':');
  const id = entry.slice(0, Math.max(colon, 0));
  if (!KEY_ID.test(id)) {
    throw new KeyRingError(
      `key ${position} has no id: write id:key, the id made of 1 to 32 letters, digits, "_" or "-", for example 2026:<key>`,
    );
  }
  const text = entry.slice(colon + 1);
  const key = HEX_KEY.test(text)
    ? Buffer.from(text, 'hex')
    : BASE64_KEY.test(text)
      ? Buffer.from(text, 'base64')
      : undefined;
  if (key?.length !== KEY_BYTES) {
    throw new KeyRingError(
      `the key "${id}" is not 32 bytes in base64 (44 characters) or hexadecimal (64); make one with: openssl rand -base64 32`,
    );
  }
  if (key.every((byte) => byte === key[0])) {
    throw new KeyRingError(`the key "${id}" repeats one byte; make a random one with: openssl rand -base64 32`);
  }
  return { id, key };
}
