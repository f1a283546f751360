/**
 * A column of a group's rows as one text parameter, a value a line. `string_to_array` splits it in the server: node-postgres
 * would escape an array element by element, which for event bodies costs more than deciding the command did. Canonical JSON,
 * UUIDs, numbers and digests never hold a line break; free text does not go this way. `undefined` is NULL.
 */
export function column<R>(rows: readonly R[], valueOf: (row: R) => string | number | bigint | undefined): string {
  let text = '';
  for (let i = 0; i < rows.length; i++) {
    if (i > 0) text += '\n';
    const value = valueOf(rows[i] as R);
    if (value !== undefined) text += String(value);
  }
  return text;
}

/** Lower-case hexadecimal of a hash, for `decode(…, 'hex')`. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
