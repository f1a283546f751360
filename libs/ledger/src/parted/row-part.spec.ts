import { afterEach, describe, expect, it } from '@jest/globals';
import { partOf, textFormat } from './row-format.js';
import { RowPart, streamKey, type StreamRows } from './row-part.js';
import { SpillError, SpillFile, stretchesOf } from './spill-file.js';

const A = '01a203c5-a2f0-77f7-ac75-2db26dde5dd6';
const B = '01a203c5-a2f0-77f7-ac75-2db26dde5dd7';

describe('Rows that were put aside', () => {
  const spills: SpillFile[] = [];
  afterEach(() => {
    for (const spill of spills.splice(0)) spill.close();
  });

  /** Lines of text, put aside in one part. */
  function aside(lines: readonly string[]) {
    const spill = new SpillFile(1);
    spills.push(spill);
    for (const line of lines) {
      const bytes = Buffer.from(`>${line}\n`);
      spill.add(0, bytes, 1, bytes.length);
    }
    return stretchesOf(spill.cut(), 0);
  }

  function read(part: RowPart, stream: StreamRows): string[] {
    return [...part.batches(stream)].flatMap(({ batch, places, lengths }) =>
      places.map((at, i) => batch.text(at, at + (lengths[i] as number) - 1)),
    );
  }

  it.each([
    ['in memory', undefined],
    ['where they lie', 0],
  ])('come back stream by stream, in the order in which they came, %s', (_, heldMax) => {
    const stretches = aside([`1\t${A}\tone`, `1\t${B}\tzwölf`, `2\t${A}\tfremd`, `1\t${A}\ttwo`]);
    const part = new RowPart(stretches, textFormat, heldMax);
    const found = Object.fromEntries([...part.streams].map((stream) => [streamKey(stream), read(part, stream)]));
    expect(found).toEqual({
      [`1:${A}`]: [`1\t${A}\tone`, `1\t${A}\ttwo`],
      [`1:${B}`]: [`1\t${B}\tzwölf`],
      [`2:${A}`]: [`2\t${A}\tfremd`],
    });
  });

  it('are whole where a row is greater than what waits for being written', () => {
    const long = `1\t${A}\t${'x'.repeat(300_000)}`;
    const part = new RowPart(aside([`1\t${A}\tfirst`, long, `1\t${A}\tlast`]), textFormat);
    expect(read(part, part.stream(`1:${A}`) as StreamRows)).toEqual([`1\t${A}\tfirst`, long, `1\t${A}\tlast`]);
  });

  it('are found by their part, whether it was written to once, often or never', () => {
    const spill = new SpillFile(3);
    spills.push(spill);
    const lines = [`1\t${A}\tone`, `1\t${B}\t${'x'.repeat(200_000)}`, `1\t${B}\tlast`];
    for (const [i, line] of lines.entries()) spill.add(i === 0 ? 2 : 0, Buffer.from(`${line}\n`), 0, line.length + 1);
    const stretches = spill.cut();
    const found = [0, 1, 2].map((part) => {
      const rows = new RowPart(stretchesOf(stretches, part), textFormat);
      return [...rows.streams].flatMap((stream) => read(rows, stream));
    });
    expect(found).toEqual([lines.slice(1), [], lines.slice(0, 1)]);
    expect(stretchesOf(spill.cut(), 2)).toEqual([]);
  });

  it('are put in the order of their rank', () => {
    const ranked = { ...textFormat, rank: (bytes: Buffer, row: number) => (bytes[row + 39] as number) - 0x30 };
    const part = new RowPart(aside(['3', '1', '2'].map((rank) => `1\t${A}\t${rank}`)), ranked);
    expect(read(part, part.stream(`1:${A}`) as StreamRows).map((line) => line.at(-1))).toEqual(['1', '2', '3']);
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
