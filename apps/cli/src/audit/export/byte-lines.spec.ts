import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byteLines } from './byte-lines.js';

async function linesOf(bytes: Buffer, chunkBytes: number): Promise<readonly string[]> {
  async function* chunks(): AsyncGenerator<Buffer, void, void> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const lines: string[] = [];
  for await (const line of byteLines(chunks())) lines.push(line);
  return lines;
}

describe('Lines of bytes', () => {
  const sign = fc.constantFrom('\r', '\u0085', '\u2028', '\u2029', 'é', '🥐', '"', 'a');
  const line = fc.string({ unit: sign, minLength: 1, maxLength: 12 });

  it('end at a line feed and at nothing else, wherever the chunks do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, chunkBytes) => {
        const bytes = Buffer.from(lines.join('\n'));
        expect(await linesOf(bytes, chunkBytes)).toEqual(lines);
        expect(await linesOf(Buffer.concat([bytes, Buffer.from('\n')]), chunkBytes)).toEqual(
          lines.length > 0 ? lines : [''],
        );
      }),
    );
  });

  it('may be empty', async () => {
    expect(await linesOf(Buffer.from('\n\na\n'), 2)).toEqual(['', '', 'a']);
  });
});
