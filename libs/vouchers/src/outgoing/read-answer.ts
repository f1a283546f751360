import type { z } from 'zod';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A provider's JSON as a schema reads it. Whatever can't be read is no answer; the parser's error is dropped, since it may quote a code. */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, body: Buffer): z.output<Schema> | undefined {
  try {
    const result = schema.safeParse(JSON.parse(utf8.decode(body)));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
