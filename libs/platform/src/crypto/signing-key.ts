import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** A text that is no signing key. The message says what one looks like, and never repeats it. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

const SEED_BYTES = 32;
const HEX = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;
/** What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 key that checkpoints are signed with: 32 random bytes in base64 (44 characters) or hexadecimal (64). */
export class SigningKey {
  readonly #key: KeyObject;
  readonly publicKey: PublicKey;

  private constructor(seed: Buffer) {
    this.#key = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = PublicKey.of(createPublicKey(this.#key));
  }

  /** @throws SigningKeyError */
  static parse(text: string): SigningKey {
    const seed = keyBytes(text);
    if (seed.every((byte) => byte === seed[0])) {
      throw new SigningKeyError('repeats one byte; make a random one with: openssl rand -base64 32');
    }
    return new SigningKey(seed);
  }

  /** 64 bytes over the UTF-8 of `text`. */
  sign(text: string): Buffer {
    return sign(null, Buffer.from(text), this.#key);
  }
}

/** The half that anybody may know. */
export class PublicKey {
  private constructor(
    readonly bytes: Buffer,
    private readonly key: KeyObject,
  ) {}

  /** @throws SigningKeyError */
  static parse(text: string): PublicKey {
    return PublicKey.fromBytes(keyBytes(text));
  }

  /** @param bytes 32 of them. @throws SigningKeyError */
  static fromBytes(bytes: Buffer): PublicKey {
    if (bytes.length !== SEED_BYTES) throw new SigningKeyError(WRONG);
    const key = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, bytes]), format: 'der', type: 'spki' });
    return new PublicKey(bytes, key);
  }

  static of(key: KeyObject): PublicKey {
    return PublicKey.fromBytes(key.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length));
  }

  /** The first 16 hexadecimal digits of SHA-256 over the 32 bytes. */
  get id(): string {
    return createHash('sha256').update(this.bytes).digest('hex').slice(0, 16);
  }

  verifies(text: string, signature: Uint8Array): boolean {
    return verify(null, Buffer.from(text), this.key, signature);
  }

  /** Base64, 44 characters. */
  toString(): string {
    return this.bytes.toString('base64');
  }
}

const WRONG =
  'must be 32 bytes in base64 (44 characters) or hexadecimal (64); make a key with: openssl rand -base64 32';

function keyBytes(text: string): Buffer {
  const bytes = HEX.test(text) ? Buffer.from(text, 'hex') : BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
  if (bytes?.length !== SEED_BYTES) throw new SigningKeyError(WRONG);
  return bytes;
}
