import { Redis } from 'ioredis';
import pg from 'pg';

/** Every row of the tables, as text; all tables of the schema where none are named. */
export async function readTables(
  connectionString: string,
  schema: string,
  tables?: readonly string[],
): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const names = tables ?? (await tablesOf(client, schema));
    const texts: string[] = [];
    for (const name of names) {
      const table = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      texts.push(name, ...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

async function tablesOf(client: pg.Client, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** Everything that is said to a Redis: jobs that are done leave nothing there to look at. */
export class RedisTranscript {
  private readonly words: string[] = [];

  private constructor(
    private readonly redis: Redis,
    private readonly monitor: Redis,
  ) {}

  static async open(url: string): Promise<RedisTranscript> {
    const redis = new Redis(url);
    const monitor = await redis.monitor();
    const transcript = new RedisTranscript(redis, monitor);
    monitor.on('monitor', (_time: string, words: readonly string[]) => transcript.words.push(...words));
    return transcript;
  }

  get text(): string {
    return this.words.join('\n');
  }

  close(): void {
    this.monitor.disconnect();
    this.redis.disconnect();
  }
}
