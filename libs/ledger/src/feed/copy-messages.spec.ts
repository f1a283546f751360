import { describe, expect, it } from '@jest/globals';
import { CopyMessages } from './copy-messages.js';

const DATA = 'd';

function message(type: string, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([header, bytes]);
}

/** A COPY's answer, cut in pieces of so many bytes, each of which is overwritten when it has been taken. */
function taken(answer: Buffer, size: number): { rows: string[]; others: string[]; end: string } {
  const [rows, others, ends]: [string[], string[], Buffer[]] = [[], [], []];
  const messages = new CopyMessages({
    onRows: ({ bytes, places, ends: rowEnds }) => {
      for (const [i, at] of places.entries()) rows.push(bytes.toString('utf8', at, rowEnds[i]));
    },
    onOther: (bytes) => others.push(bytes.toString('latin1', 5)),
    onEnd: (bytes) => ends.push(Buffer.from(bytes)),
  });
  const memory = Buffer.alloc(size);
  for (let at = 0; at < answer.length; at += size) {
    const length = answer.copy(memory, 0, at, at + size);
    if (ends.length > 0) ends.push(Buffer.from(memory.subarray(0, length)));
    else messages.take(memory.subarray(0, length));
    memory.fill(0xee);
  }
  return { rows, others, end: Buffer.concat(ends).toString('latin1') };
}

describe('The messages of a running COPY', () => {
  const rows = ['0one', '0zwölf', `0${'long '.repeat(40)}`, '0last'];
  const end = Buffer.concat([message('C', 'COPY 4\0'), message('Z', 'I')]);
  const answer = Buffer.concat([
    message('H', '\x01\0\0'),
    ...rows.slice(0, 2).map((row) => message(DATA, row)),
    message('N', 'a notice'),
    ...rows.slice(2).map((row) => message(DATA, row)),
    message('c', ''),
    end,
  ]);

  it('are found wherever the answer is cut, and what comes behind the copy goes to whoever comes next', () => {
    const whole = { rows, others: ['a notice'], end: Buffer.concat([message('c', ''), end]).toString('latin1') };
    for (let size = 1; size <= answer.length; size++) expect(taken(answer, size)).toEqual(whole);
  });

  it('are not asked for any more by a reader that has left', () => {
    let batches = 0;
    const messages: CopyMessages = new CopyMessages({
      onRows: () => {
        batches += 1;
        messages.drop();
      },
      onOther: () => undefined,
      onEnd: () => undefined,
    });
    messages.take(message(DATA, '0one'));
    messages.take(message(DATA, '0two'));
    expect(batches).toBe(1);
  });
});
