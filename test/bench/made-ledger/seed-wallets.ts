import { createHash, randomUUID } from 'node:crypto';

import type pg from 'pg';

import { decide, emptyWallet, genesisHash, instant, recordEvents, type Command, type StreamHead } from '#domain';
import { formatInstant } from '#domain';
import { sha256, uuidV7 } from '#platform';

import { customerName, POINTS_SEEDED } from '../scenario/scenario.js';
import { copyIn } from './copy-in.js';
import { customerLine, eventLine, keyLine, LOADS, walletLine, type Table } from './made-rows.js';

/** Wallets whose rows are loaded at once. */
const WALLETS_AT_ONCE = 5_000;
const LOADED: readonly Table[] = ['customer', 'wallet', 'event', 'command_key'];

const apiKey = { kind: 'api_key', id: '01a201d2-c35c-73d3-ae65-28dab89dab5c' } as const;

/**
 * Gives every customer a wallet and the points to spend: decided, recorded and chained by the engine's own code, and loaded with COPY, since a
 * hundred thousand calls would take longer than what is to be measured. Customer i belongs to company i modulo their number.
 */
export async function seedWallets(client: pg.Client, companyIds: readonly number[], wallets: number): Promise<void> {
  for (let from = 0; from < wallets; from += WALLETS_AT_ONCE) {
    const lines = new Map<Table, string[]>(LOADED.map((table) => [table, []]));
    const count = Math.min(WALLETS_AT_ONCE, wallets - from);
    for (let index = from; index < from + count; index++) {
      const companyId = companyIds[index % companyIds.length] as number;
      seedOne(companyId, customerName(index), (table, line) => lines.get(table)?.push(line));
    }
    for (const [table, rows] of lines) await copyIn(client, LOADS[table], rows);
  }
}

function seedOne(companyId: number, customerId: string, emit: (table: Table, line: string) => void): void {
  const walletId = randomUUID();
  const now = instant(Date.now() * 1000);
  let head: StreamHead = { wallet: emptyWallet, hash: genesisHash(sha256, companyId, walletId) };
  const run = (command: Command, scope: string | undefined): void => {
    const commandId = uuidV7();
    const events = decide(command, { wallet: head.wallet, redemption: undefined }, { now, commandId });
    const digest = createHash('sha256').update(commandId).digest('hex');
    const written = recordEvents(head, events, {
      companyId,
      walletId,
      now,
      causationId: commandId,
      actor: apiKey,
      traceId: undefined,
      key: scope === undefined ? undefined : { scope, keyDigest: digest, commandDigest: digest },
      privateDigest: undefined,
      newEventId: uuidV7,
      digest: sha256,
    });
    head = written.head;
    for (const row of written.recorded) {
      emit('event', eventLine(row));
      if (row.event.key !== undefined) emit('command_key', keyLine(row));
    }
  };
  run({ type: 'OpenWallet' }, undefined);
  const earned = { points: BigInt(POINTS_SEEDED), referenceType: 'manual', referenceId: undefined } as const;
  run({ type: 'EarnPoints', ...earned }, 'bitbybit.earn');
  emit('customer', customerLine(companyId, customerId, walletId));
  emit('wallet', walletLine({ companyId, walletId, customerId }, head, formatInstant(now)));
}
