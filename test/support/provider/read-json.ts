import type { IncomingMessage } from 'node:http';

const BODY_BYTES_MAX = 256 * 1024;

/** A request that can't be understood; the message says why. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** @returns undefined for an empty body. @throws BadRequest */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new BadRequest('The body is too long.');
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BadRequest('The body is no JSON.');
  }
}
