import { decodeCheckpoint, MalformedRecord, rootFromPath, type Checkpoint } from '#domain';
import { PublicKey, sha256, SigningKeyError } from '#platform';
import type { Manifest } from './manifest.js';

/** What an import has folded. `root` is in hexadecimal. */
export interface Folded {
  readonly root: string;
  readonly companies: number;
  readonly streams: number;
  readonly events: number;
}

type Find = (expected: string, found: string) => void;

/**
 * Holds what was folded against the checkpoint that the manifest shows, and that against the key of whoever is asked to trust it.
 * @returns the checkpoint's id; null where the export has none, or none that can be read
 */
export function checkCheckpoint(
  manifest: Manifest,
  folded: Folded,
  publicKey: PublicKey | undefined,
  find: Find,
): string | null {
  const { checkpoint: shown } = manifest;
  if (shown === null) {
    // A key is given by who expects a signature: to leave the checkpoint out must not be a way around it.
    if (publicKey !== undefined) find(`a checkpoint signed by the key ${publicKey.id}`, 'none');
    return null;
  }
  const key = publicKey ?? readKey(shown.publicKey, find);
  if (key?.verifies(shown.body, Buffer.from(shown.signature, 'base64')) === false) {
    find(`a signature by the key ${key.id}`, 'none that is valid');
  }
  const checkpoint = readBody(shown.body, find);
  if (checkpoint === undefined) return null;
  if (manifest.companyId === null) checkWhole(manifest, folded, checkpoint, find);
  checkRoot(manifest, folded, checkpoint, find);
  return String(checkpoint.id);
}

function readKey(text: string, find: Find): PublicKey | undefined {
  try {
    return PublicKey.parse(text);
  } catch (error) {
    if (!(error instanceof SigningKeyError)) throw error;
    find('a public key of 32 bytes', text);
    return undefined;
  }
}

function readBody(body: string, find: Find): Checkpoint | undefined {
  try {
    return decodeCheckpoint(body);
  } catch (error) {
    if (!(error instanceof MalformedRecord)) throw error;
    find('a checkpoint that can be read', error.message);
    return undefined;
  }
}

/** The root alone doesn't say so: with a path beside them, some companies lead to it as well as all do. */
function checkWhole({ path }: Manifest, folded: Folded, checkpoint: Checkpoint, find: Find): void {
  if (path.length > 0) find('no path, for an export of every company', `a path of ${path.length} steps`);
  const [expected, found] = [countsOf(checkpoint), countsOf(folded)];
  if (expected !== found) find(expected, found);
}

function checkRoot(manifest: Manifest, folded: Folded, { root }: Checkpoint, find: Find): void {
  const path = manifest.path.map(({ side, hash }) => ({ side, hash: Buffer.from(hash, 'hex') }));
  const reached = Buffer.from(rootFromPath(sha256, Buffer.from(folded.root, 'hex'), path)).toString('hex');
  if (reached !== root) find(`the root ${root}`, reached);
}

function countsOf(counts: Readonly<Record<'companies' | 'streams' | 'events', bigint | number>>): string {
  return `${counts.companies} companies, ${counts.streams} streams, ${counts.events} events`;
}
