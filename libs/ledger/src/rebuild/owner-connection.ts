import pg from 'pg';
import { LendingSocket } from '../feed/lending-socket.js';

/** How the rebuild's statements are planned and limited: by indexes, whatever the statistics say; and none outlives the program. */
const SETTINGS = [
  'client_connection_check_interval=1000',
  'statement_timeout=0',
  'lock_timeout=30000',
  'idle_in_transaction_session_timeout=0',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
  // Workers besides would take from requests what they need.
  'max_parallel_maintenance_workers=0',
];

/** A connection of the tables' owner for one rebuild. */
export async function connectAsOwner(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'holdfast-rebuild',
    connectionTimeoutMillis: 5_000,
    stream: () => new LendingSocket(),
    options: SETTINGS.map((setting) => `-c ${setting}`).join(' '),
  });
  // A connection that breaks rejects the statement in hand; the event besides would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
