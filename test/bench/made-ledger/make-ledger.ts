import { addMillis, parseInstant, type Instant } from '#domain';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { seededRandom } from '../../support/ledger/seeded-random.js';
import { copyIn } from './copy-in.js';
import { LOADS, type Table } from './made-rows.js';
import { MadeStream } from './made-stream.js';

export interface MakeLedgerOptions {
  readonly connectionString: string;
  readonly events: number;
  /** Wallets that were made before: the ledger grows by others. */
  readonly walletsBefore?: number;
  readonly onProgress?: (events: number) => void;
}

export interface MadeLedger {
  readonly events: number;
  readonly wallets: number;
  readonly companies: number;
  readonly secondsMaking: number;
}

/** Events a wallet has at the end, about. */
const EVENTS_A_WALLET = 50;
const COMPANIES = 4;
/** Lines of a table that are loaded at once. */
const LINES_AT_ONCE = 20_000;
const BEGINNING = parseInstant('2026-01-01T00:00:00.000000Z') as Instant;
/** The ledger's events lie in ten months. */
const SPAN_MS = 300 * 86_400_000;

/**
 * Makes a ledger of about `events` events, through the engine's own decisions and codec, and loads it. Every wallet is active all
 * the time, so a stream's events lie as far from each other as they do in a ledger that has grown.
 */
export async function makeLedger(options: MakeLedgerOptions): Promise<MadeLedger> {
  const { connectionString, events, walletsBefore = 0, onProgress } = options;
  const startedAt = Date.now();
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const lines = new Map<Table, string[]>((Object.keys(LOADS) as Table[]).map((table) => [table, []]));
    const random = seededRandom(events + walletsBefore);
    const emit = (table: Table, line: string): void => void lines.get(table)?.push(line);
    const wallets = Math.max(1, Math.round(events / EVENTS_A_WALLET));
    const streams = Array.from({ length: wallets }, (_, i) => {
      const companyId = 1 + (i % COMPANIES);
      return new MadeStream(
        { companyId, walletId: randomUUID(), customerId: `customer-${walletsBefore + i}` },
        random,
        emit,
      );
    });
    let written = 0;
    while (written < events) {
      const now = addMillis(BEGINNING, Math.round((written / events) * SPAN_MS));
      written += (streams[random.below(wallets)] as MadeStream).step(now);
      if ((lines.get('event')?.length ?? 0) < LINES_AT_ONCE) continue;
      await load(client, lines);
      onProgress?.(written);
    }
    for (const stream of streams) stream.end();
    await load(client, lines);
    await client.query('VACUUM ANALYZE');
    return { events: written, wallets, companies: COMPANIES, secondsMaking: (Date.now() - startedAt) / 1_000 };
  } finally {
    await client.end();
  }
}

async function load(client: pg.Client, lines: Map<Table, string[]>): Promise<void> {
  for (const [table, waiting] of lines) {
    if (waiting.length === 0) continue;
    await copyIn(client, LOADS[table], waiting);
    lines.set(table, []);
  }
}
