import { afterEach, describe, expect, it } from '@jest/globals';
import { partOf } from './part-of.js';
import { RowPart } from './row-part.js';
import { SpillError, SpillFile, stretchesOf } from './spill-file.js';

const A = '01a203c5-a2f0-77f7-ac75-2db26dde5dd6';
const B = '01a203c5-a2f0-77f7-ac75-2db26dde5dd7';

/** A row in COPY's binary format: company, wallet, a number and a text. */
function row(company: number, wallet: string, number: number, text: string): Buffer {
  const value = (bytes: Buffer): Buffer => Buffer.concat([int32(bytes.length), bytes]);
  const id = Buffer.from(wallet.replaceAll('-', ''), 'hex');
  const int8 = Buffer.alloc(8);
  int8.writeBigInt64BE(BigInt(number));
  const values = [int32(company), id, int8, Buffer.from(text)].map(value);
  return Buffer.concat([Buffer.from([0, values.length]), ...values]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Where the text's value stands in such a row. */
const TEXT = 46;

describe('Rows that were put aside', () => {
  const spills: SpillFile[] = [];
  afterEach(() => {
    for (const spill of spills.splice(0)) spill.close();
  });

  /** Rows, put aside in one part. */
  function aside(rows: readonly Buffer[]) {
    const spill = new SpillFile(1);
    spills.push(spill);
    for (const bytes of rows) spill.add(0, Buffer.concat([Buffer.from('>'), bytes]), 1, bytes.length + 1);
    return stretchesOf(spill.cut(), 0);
  }

  /** The texts of a stream's rows. */
  function texts(part: RowPart, stream: number, source = 0): string[] {
    const found: string[] = [];
    for (const batch of part.batches(stream, source)) {
      for (const [i, at] of batch.places.entries()) found.push(batch.text(at + TEXT, batch.ends[i] as number));
    }
    return found;
  }

  function streams(part: RowPart): readonly string[] {
    return Array.from({ length: part.streamCount }, (_, i) => `${part.companyId(i)}:${part.walletId(i)}`);
  }

  it.each([
    ['in memory', undefined],
    ['where they lie', 0],
  ])('come back stream by stream, in the order in which they came, %s', (_, heldMax) => {
    const part = new RowPart({ sources: 1, ...(heldMax === undefined ? {} : { heldMax }) });
    part.load([aside([row(1, A, 9, 'one'), row(1, B, 1, 'zwölf'), row(2, A, 1, 'fremd'), row(1, A, 2, 'two')])]);
    expect(streams(part)).toEqual([`1:${A}`, `1:${B}`, `2:${A}`]);
    expect([0, 1, 2].map((stream) => texts(part, stream))).toEqual([['one', 'two'], ['zwölf'], ['fremd']]);
  });

  it('come back source by source', () => {
    const part = new RowPart({ sources: 3 });
    part.load([aside([row(1, A, 1, 'of the first')]), [], aside([row(1, B, 1, 'of B'), row(1, A, 1, 'of the third')])]);
    expect(streams(part)).toEqual([`1:${A}`, `1:${B}`]);
    expect([0, 1, 2].map((source) => texts(part, 0, source))).toEqual([['of the first'], [], ['of the third']]);
    expect([0, 1, 2].map((source) => part.has(1, source))).toEqual([false, false, true]);
  });

  it('are those of the part that was loaded last', () => {
    const part = new RowPart({ sources: 1 });
    part.load([aside([row(1, A, 1, 'before'), row(1, B, 1, 'before')])]);
    part.load([aside([row(1, B, 1, 'after')])]);
    expect(streams(part)).toEqual([`1:${B}`]);
    expect(texts(part, 0)).toEqual(['after']);
  });

  it('are told apart however many streams there are', () => {
    const wallets = Array.from({ length: 5_000 }, (_, i) => `01a203c5-a2f0-77f7-ac75-${String(i).padStart(12, '0')}`);
    const part = new RowPart({ sources: 2 });
    const rows = [...wallets, ...wallets].map((wallet, i) => row(i % 3, wallet, i, `${i}`));
    part.load([aside(rows), []]);
    expect(part.streamCount).toBe(new Set(rows.map((_, i) => `${i % 3}:${wallets[i % 5_000]}`)).size);
    for (let stream = 0; stream < part.streamCount; stream++) {
      for (const found of texts(part, stream).map(Number)) {
        expect(`${found % 3}:${wallets[found % 5_000]}`).toBe(`${part.companyId(stream)}:${part.walletId(stream)}`);
      }
    }
  });

  it('are whole where a row is greater than what waits for being written', () => {
    const long = 'x'.repeat(300_000);
    const part = new RowPart({ sources: 1 });
    part.load([aside([row(1, A, 1, 'first'), row(1, A, 2, long), row(1, A, 3, 'last')])]);
    const found = [...part.batches(0, 0)].map((batch) => batch.length);
    expect(found).toEqual([1, 1, 1]);
    expect(texts(part, 0)).toEqual(['first', long, 'last']);
  });

  it('are found by their part, whether it was written to once, often or never', () => {
    const spill = new SpillFile(3);
    spills.push(spill);
    const rows = ['one', 'x'.repeat(200_000), 'last'];
    for (const [i, text] of rows.entries()) {
      const bytes = row(1, i === 0 ? A : B, i, text);
      spill.add(i === 0 ? 2 : 0, bytes, 0, bytes.length);
    }
    const stretches = spill.cut();
    const part = new RowPart({ sources: 1 });
    const found = [0, 1, 2].map((number) => {
      part.load([stretchesOf(stretches, number)]);
      return Array.from({ length: part.streamCount }, (_, stream) => texts(part, stream)).flat();
    });
    expect(found).toEqual([rows.slice(1), [], rows.slice(0, 1)]);
    expect(stretchesOf(spill.cut(), 2)).toEqual([]);
  });

  it('are put in order where their source has one', () => {
    const numbers = [3, 2 ** 33, 1, 2];
    const rows = numbers.map((number) => row(1, A, number, `${number}`));
    const part = new RowPart({ sources: 2, ordered: 1 });
    part.load([aside(rows), aside(rows)]);
    expect(texts(part, 0, 0)).toEqual(['3', `${2 ** 33}`, '1', '2']);
    expect(texts(part, 0, 1)).toEqual(['1', '2', '3', `${2 ** 33}`]);
  });

  it('are refused with the way out where there is no folder for them', () => {
    expect(() => new SpillFile(1, '/nowhere/at/all')).toThrow(SpillError);
    expect(() => new SpillFile(1, '/nowhere/at/all')).toThrow('ENOENT');
  });

  it('go to all parts about equally, even where ids are counted up', () => {
    const counts = new Map<number, number>();
    for (let id = 0; id < 8_000; id++) counts.set(partOf(id, 8), (counts.get(partOf(id, 8)) ?? 0) + 1);
    expect(counts.size).toBe(8);
    expect(Math.min(...counts.values())).toBeGreaterThan(900);
  });
});
