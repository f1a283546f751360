import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectAsOwner, rebuildProjections } from '../../libs/ledger/src/rebuild/index.js';
import { LOCKS_HERE } from '../support/locks-here.js';
import { openAuditedLedger, type AuditedLedger } from './audited-ledger.js';

const WAITING = `SELECT FROM ${LOCKS_HERE} WHERE relation = 'command_key'::regclass AND NOT granted`;

describe('An audit beside the rebuild of one projection', () => {
  let ledger: AuditedLedger;

  beforeAll(async () => {
    ledger = await openAuditedLedger();
  });
  afterAll(() => ledger.drop());

  it('does not take a table that was swapped in for the one that it saw', async () => {
    const { client } = ledger;
    await client.query('BEGIN; LOCK TABLE command_key IN ACCESS EXCLUSIVE MODE');
    const auditing = ledger.audit();
    while ((await client.query(WAITING)).rowCount === 0) await sleep(5);
    await rebuildProjections({
      connect: () => connectAsOwner(ledger.connectionString),
      names: ['option_counter'],
    });
    await client.query('COMMIT');
    expect((await auditing).findings).toEqual([]);
  });
});
