/** SHA-256 of `previous`'s 32 bytes followed by the UTF-8 bytes of `text`. The domain is given one; it imports none. */
export type ChainDigest = (previous: Uint8Array, text: string) => Uint8Array;

const NOTHING = new Uint8Array(0);

/** The hash before a stream's first event: SHA-256 of `<company id>:<wallet uuid, lower case>`. */
export function genesisHash(digest: ChainDigest, companyId: number, walletId: string): Uint8Array {
  return digest(NOTHING, `${companyId}:${walletId.toLowerCase()}`);
}

/** An event's hash: SHA-256(previous hash ‖ stored bytes). */
export function chainHash(digest: ChainDigest, previous: Uint8Array, bytes: string): Uint8Array {
  return digest(previous, bytes);
}
