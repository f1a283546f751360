import type { Command } from 'commander';
import { formatInstant } from '#domain';
import { handOn, sealCheckpoint, shownCheckpoint, type Sealed } from '#ledger';
import { sha256 } from '#platform';
import { CliFailure } from '../failure/cli-failure.js';
import { JSON_FLAG, type JsonOption } from '../options.js';
import { facts, print } from '../output/print.js';
import { withAudit } from '../session/audit-session.js';
import { findSigningKey } from '../session/cli-config.js';

export function addCheckpointCommand(parent: Command): void {
  parent
    .command('checkpoint')
    .description('Seal what has been written: sign a root over the heads of all streams.')
    .option('--force', 'make one although nothing has been written since the last')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Keep the id and the root, or CHECKPOINT_FILE, where nobody who may write to the database can change them; give the public key
to whoever is to verify. The key is CHECKPOINT_KEY, else the one that "npm start" keeps under DATA_DIR.

Examples:
  $ npm run holdfast -- audit checkpoint
  $ npm run -s holdfast -- audit checkpoint --json`,
    )
    .action(checkpoint);
}

async function checkpoint({ force, ...output }: JsonOption & { readonly force?: true }): Promise<void> {
  const sealed = await withAudit(async ({ config, longPool }) => {
    const key = await findSigningKey(config);
    if (key === undefined) {
      throw new CliFailure(
        `CHECKPOINT_KEY is not set, and ${config.dataDir} holds none: make one with "openssl rand -base64 32".`,
      );
    }
    const made = await sealCheckpoint({ pool: longPool, digest: sha256, key, evenIfUnchanged: force === true });
    if (made?.sealed === true) await handOn(made.stored, config.checkpoint);
    return made;
  });
  if (sealed === undefined) throw new CliFailure('Nothing was ever written to this ledger: there is nothing to seal.');
  print(output, valueOf(sealed), textOf);
}

type SealedValue = ReturnType<typeof valueOf>;

function valueOf({ sealed, stored }: Sealed) {
  const { checkpoint } = stored;
  return {
    sealed,
    id: String(checkpoint.id),
    sealedAt: formatInstant(checkpoint.sealedAt),
    root: checkpoint.root,
    previous: checkpoint.previous,
    companies: String(checkpoint.companies),
    streams: String(checkpoint.streams),
    events: String(checkpoint.events),
    keyId: checkpoint.keyId,
    ...shownCheckpoint(stored),
  };
}

function textOf(value: SealedValue): string {
  const said = value.sealed ? '' : 'Nothing has been written since this checkpoint:\n';
  return `${said}${facts([
    ['checkpoint', value.id],
    ['sealed at', value.sealedAt],
    ['root', value.root],
    ['covers', `${value.events} events in ${value.streams} streams of ${value.companies} companies`],
    ['previous', value.previous],
    ['signature', value.signature],
    ['public key', `${value.publicKey} (${value.keyId})`],
  ])}`;
}
