import { describe, expect, it } from '@jest/globals';
import { instant } from '#domain';
import { CopyRows, MisfitError } from './copy-rows.js';

const PREAMBLE = 19;

/** What stands in the rows behind the preamble and before the end, as hexadecimal digits. */
function written(write: (rows: CopyRows) => void): string {
  const rows = new CopyRows();
  write(rows);
  const bytes = Buffer.concat(rows.chunks());
  expect(bytes.toString('latin1', 0, PREAMBLE)).toBe('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0');
  expect(bytes.readInt16BE(bytes.length - 2)).toBe(-1);
  expect(rows.length).toBe(bytes.length - PREAMBLE - 2);
  return bytes.toString('hex', PREAMBLE, bytes.length - 2);
}

describe('Rows in COPY’s binary format', () => {
  it.each<readonly [string, (rows: CopyRows) => void, string]>([
    ['a row of three columns', (rows) => rows.row(3), '0003'],
    ['null', (rows) => rows.null(), 'ffffffff'],
    ['an int4', (rows) => rows.int4(-2), '00000004fffffffe'],
    ['an int8', (rows) => rows.int8(2n ** 40n), '000000080000010000000000'],
    ['a boolean', (rows) => rows.flag(true), '0000000101'],
    ['bytes', (rows) => rows.bytes(Uint8Array.of(1, 255)), '0000000201ff'],
    ['a text', (rows) => rows.text('ö!'), '00000003c3b621'],
    ['2000', (rows) => rows.moment(instant(946_684_800_000_000)), '000000080000000000000000'],
    ['a moment before 2000', (rows) => rows.moment(instant(946_684_799_999_999)), '00000008ffffffffffffffff'],
    ['a UUID', (rows) => rows.uuid('01a203c5-a2f0-77f7-ac75-2db26dde5dd6'), '0000001001a203c5a2f077f7ac752db26dde5dd6'],
  ])('%s', (_, write, expected) => {
    expect(written(write)).toBe(expected);
  });

  it('are whole however many there are and however long a text is', () => {
    const long = 'ü'.repeat(300_000);
    const hex = written((rows) => {
      for (let i = 0; i < 50_000; i++) rows.int8(BigInt(i));
      rows.text(long);
      rows.int4(7);
    });
    expect(hex.length).toBe(2 * (50_000 * 12 + 4 + 600_000 + 8));
    expect(hex.endsWith('0000000400000007')).toBe(true);
  });

  it('are whole where a chunk ends, whatever comes then', () => {
    for (const write of [
      (rows: CopyRows) => rows.row(1),
      (rows: CopyRows) => rows.null(),
      (rows: CopyRows) => rows.int4(1),
      (rows: CopyRows) => rows.int8(1n),
      (rows: CopyRows) => rows.flag(true),
      (rows: CopyRows) => rows.moment(instant(0)),
      (rows: CopyRows) => rows.bytes(Uint8Array.of(1)),
      (rows: CopyRows) => rows.text('x'),
      (rows: CopyRows) => rows.uuid('01a203c5-a2f0-77f7-ac75-2db26dde5dd6'),
    ]) {
      const one = written(write);
      const count = Math.ceil(600_000 / (one.length / 2));
      const all = written((rows) => {
        for (let i = 0; i < count; i++) write(rows);
      });
      expect(all === one.repeat(count)).toBe(true);
    }
  });

  it.each<readonly [string, (rows: CopyRows) => void]>([
    ['a text that is no UUID', (rows) => rows.uuid('x')],
    ['a UUID with a letter too far', (rows) => rows.uuid('01a203c5-a2f0-77f7-ac75-2db26dde5dg6')],
    ['a UUID in capitals', (rows) => rows.uuid('01A203C5-a2f0-77f7-ac75-2db26dde5dd6')],
    ['a UUID with a digit for a dash', (rows) => rows.uuid('01a203c50a2f0-77f7-ac75-2db26dde5dd6')],
    ['a number above 31 bits', (rows) => rows.int4(2 ** 31)],
    ['a number above 63 bits', (rows) => rows.int8(2n ** 63n)],
    ['a number below them', (rows) => rows.int8(-(2n ** 63n))],
  ])('refuse %s', (_, write) => {
    expect(() => written(write)).toThrow(MisfitError);
  });
});
