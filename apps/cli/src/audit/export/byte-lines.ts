const LINE_FEED = 0x0a;

/**
 * The lines of UTF-8, split at line feeds and nowhere else. A caller's text may hold U+2028 and U+2029 as they are, which
 * `node:readline` takes for the end of a line in some versions of Node.
 */
export async function* byteLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void, void> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield Buffer.concat([...begun, chunk.subarray(from, end)]).toString();
      begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString();
}
