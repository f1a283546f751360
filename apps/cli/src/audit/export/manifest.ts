import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CliFailure } from '../../failure/cli-failure.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.object({
  format: z.literal('holdfast-export/1'),
  content: z.enum(['events', 'postings']),
  lines: z.enum(['ndjson', 'csv']),
  /** Null: every company. */
  companyId: z.int().nullable(),
  epoch: z.string(),
  /** Everything of a transaction below it is in the export. */
  boundary: z.string(),
  /** The checkpoint whose state this is, as it was signed; null where the export was made as of now. */
  checkpoint: z.object({ body: z.string(), signature: z.string(), publicKey: z.string() }).nullable(),
  /** From the company's root to the checkpoint's, where one company was exported. */
  path: z.array(z.object({ side: z.enum(['left', 'right']), hash })),
  parts: z.array(
    z.object({
      file: z.string().regex(/^part-\d{5}\.(ndjson|csv)$/),
      events: z.int(),
      lines: z.int(),
      sha256: hash,
      last: z.object({ companyId: z.int(), walletId: z.string(), version: z.string() }),
    }),
  ),
  complete: z.boolean(),
  /** In all parts so far, as are the streams. */
  events: z.int(),
  streams: z.int(),
  /** Over the heads of all streams that were exported; null until the export is complete. */
  root: hash.nullable(),
});

/** What an export consists of: `manifest.json` beside its parts. */
export type Manifest = z.output<typeof manifestSchema>;

/** Only lines that hold each event's bytes untouched can be folded again: such an export has a root. */
export function hasRoot({ content, lines }: Pick<Manifest, 'content' | 'lines'>): boolean {
  return content === 'events' && lines === 'ndjson';
}

const FILE = 'manifest.json';

/** Undefined where the folder has none. @throws CliFailure for one that can't be read */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CliFailure(`${join(folder, FILE)} is no manifest of an export: take another folder.`, { cause: error });
  }
}

/** Appears whole or not at all. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const draft = join(folder, `${FILE}.partial`);
  await writeFile(draft, `${JSON.stringify(manifest, undefined, 2)}\n`);
  await rename(draft, join(folder, FILE));
}
