import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { COMPANY, sha256, usedByOrder, WALLET } from '../../../../test/support/domain/index.js';
import { chainHash, genesisHash } from './hash-chain.js';

const { recorded } = usedByOrder();
const texts = recorded.map(({ bytes }) => bytes);

function chain(bytes: readonly string[]): string[] {
  let hash = genesisHash(sha256, COMPANY, WALLET);
  return bytes.map((text) => Buffer.from((hash = chainHash(sha256, hash, text))).toString('hex'));
}

describe('The hash chain', () => {
  it('begins with SHA-256 of company and wallet, in lower case', () => {
    const expected = createHash('sha256').update(`7:${WALLET}`).digest();
    expect(Buffer.from(genesisHash(sha256, COMPANY, WALLET.toUpperCase()))).toStrictEqual(expected);
  });

  it('is SHA-256 of the previous hash’s bytes and the stored bytes', () => {
    let previous = createHash('sha256').update(`${COMPANY}:${WALLET}`).digest();
    for (const { bytes, hash } of recorded) {
      previous = createHash('sha256')
        .update(Buffer.concat([previous, Buffer.from(bytes, 'utf8')]))
        .digest();
      expect(Buffer.from(hash)).toStrictEqual(previous);
    }
  });

  it('is another from the place on where a byte was changed, added or taken away', () => {
    const honest = chain(texts);
    const tampering = fc.record({
      event: fc.nat({ max: texts.length - 1 }),
      at: fc.nat(),
      how: fc.constantFrom('change', 'add', 'remove'),
    });
    fc.assert(
      fc.property(tampering, ({ event, at, how }) => {
        const text = texts[event]!;
        const place = at % text.length;
        const kept = how === 'add' ? text[place]! : '';
        const changed = how === 'remove' ? '' : text[place] === '0' ? '1' : '0';
        const forged = texts.with(event, text.slice(0, place) + changed + kept + text.slice(place + 1));
        const hashes = chain(forged);
        expect(hashes.slice(0, event)).toStrictEqual(honest.slice(0, event));
        for (let i = event; i < texts.length; i++) expect(hashes[i]).not.toBe(honest[i]);
      }),
    );
  });

  it('is another once two events change places, one is left out, or the wallet is another’s', () => {
    const honest = chain(texts).at(-1);
    const swapped = texts.with(3, texts[4]!).with(4, texts[3]!);
    expect(chain(swapped).at(-1)).not.toBe(honest);
    expect(chain(texts.toSpliced(3, 1)).at(-1)).not.toBe(honest);
    expect(genesisHash(sha256, COMPANY + 1, WALLET)).not.toStrictEqual(genesisHash(sha256, COMPANY, WALLET));
  });
});
