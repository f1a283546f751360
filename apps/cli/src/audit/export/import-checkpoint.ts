import { decodeCheckpoint, rootFromPath, type Checkpoint } from '#domain';
import { PublicKey, sha256 } from '#platform';
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
 * @returns the checkpoint's id; null where the export has none
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
  const key = publicKey ?? PublicKey.parse(shown.publicKey);
  if (!key.verifies(shown.body, Buffer.from(shown.signature, 'base64'))) {
    find(`a signature by the key ${key.id}`, 'none that is valid');
  }
  const checkpoint = decodeCheckpoint(shown.body);
  if (manifest.companyId === null) checkWhole(manifest, folded, checkpoint, find);
  checkRoot(manifest, folded, checkpoint, find);
  return String(checkpoint.id);
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
