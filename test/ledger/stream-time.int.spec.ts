import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addSeconds, emptyWallet, instant, recordEvents, type Instant, type StreamHead } from '#domain';
import { sha256, uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, earn, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';

describe('The time of a stream, when the database’s clock runs backwards', () => {
  let db: TestDatabase;
  let rig: LedgerRig;

  beforeAll(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
  });

  afterAll(async () => {
    await rig.stop();
    await db.drop();
  });

  it('stands still: events are recorded at the stream’s last moment', async () => {
    const walletId = await rig.walletWith(1, 'customer', 100n);
    // The stream's newest event lies an hour ahead of the clock, as if the clock had since been put back.
    await rig.pool.query(`UPDATE wallet SET last_occurred_at = last_occurred_at + interval '1 hour' WHERE id = $1`, [
      walletId,
    ]);
    const ahead = (await rig.reader.wallet(1, walletId))?.updatedAt as Instant;
    const asked = request(10n, { holdSeconds: 60n });
    const answers = [
      await rig.run(1, walletId, earn(1n)),
      await rig.run(1, walletId, asked),
      await rig.run(1, walletId, advance(asked.redemptionId, voucher('CODE'))),
    ];

    const events = answers.flatMap((answer) => (answer.outcome === 'written' ? answer.events : []));
    expect(events.map(({ occurredAt }) => occurredAt)).toEqual(events.map(() => ahead));
    // What is decided goes by the same moment: the hold lasts its minute, and has not begun in the past.
    const reserved = events.find(({ type }) => type === 'PointsReserved');
    expect(reserved?.data).toMatchObject({ reserveExpiresAt: addSeconds(ahead, 60n) });
  });

  it('goes on once the clock has caught up', () => {
    const start = instant(1_000_000_000);
    let head: StreamHead = { wallet: emptyWallet, hash: new Uint8Array(32) };
    const times = [5n, 3n, -10n, 5n, 6n].map((seconds) => {
      const context = {
        ...{ companyId: 1, walletId: uuidV7(), causationId: uuidV7(), actor: { kind: 'system', id: 't' } as const },
        ...{ traceId: undefined, key: undefined, privateDigest: undefined, newEventId: uuidV7, digest: sha256 },
      };
      const { head: next, recorded } = recordEvents(head, [{ type: 'WalletOpened', data: {} }], {
        ...context,
        now: addSeconds(start, seconds),
      });
      head = next;
      return recorded[0]!.event.occurredAt;
    });
    expect(times).toEqual([5n, 5n, 5n, 5n, 6n].map((seconds) => addSeconds(start, seconds)));
  });
});
