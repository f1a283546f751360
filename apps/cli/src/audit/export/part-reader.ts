import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { PagedEvent } from '#ledger';
import { byteLines } from './byte-lines.js';
import { readEventLine } from './lines.js';
import type { Part } from './part-writer.js';

/** What was read of a part. */
export interface ReadPart {
  readonly events: number;
  /** The first line that is no event, counted from 1. */
  readonly badLine: number | undefined;
}

/** Reads a part of events line by line. Memory stays bounded however long it is. */
export async function readPart(
  folder: string,
  { file }: Part,
  onEvent: (event: Pick<PagedEvent, 'body' | 'hash'>) => void,
): Promise<ReadPart> {
  let events = 0;
  let badLine: number | undefined;
  for await (const line of byteLines(createReadStream(join(folder, file)))) {
    events += 1;
    const event = readEventLine(line);
    if (event === undefined) badLine ??= events;
    else onEvent(event);
  }
  return { events, badLine };
}
