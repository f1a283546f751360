import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { PagedEvent } from '#ledger';
import { byteLines } from './byte-lines.js';
import { readEventLine } from './lines.js';
import type { Part } from './part-writer.js';

/** What was read of a part. */
export interface ReadPart {
  readonly events: number;
  readonly sha256: string;
  /** The first line that is no event, counted from 1. */
  readonly badLine: number | undefined;
}

/** Reads a part of events once: its lines, and the hash of its bytes. Memory stays bounded however long it is. */
export async function readPart(
  folder: string,
  { file }: Part,
  onEvent: (event: Pick<PagedEvent, 'body' | 'hash'>) => void,
): Promise<ReadPart> {
  const hash = createHash('sha256');
  const bytes = createReadStream(join(folder, file));
  bytes.on('data', (chunk) => hash.update(chunk));
  let events = 0;
  let badLine: number | undefined;
  for await (const line of byteLines(bytes)) {
    events += 1;
    const event = readEventLine(line);
    if (event === undefined) badLine ??= events;
    else onEvent(event);
  }
  return { events, sha256: hash.digest('hex'), badLine };
}
