import type pg from 'pg';

/** Connections that many callers share: each is held for one statement, so whoever waits for a provider holds none. */
export class ClientLine {
  private readonly waiting: ((client: pg.Client) => void)[] = [];
  private readonly free: pg.Client[];

  constructor(clients: readonly pg.Client[]) {
    this.free = [...clients];
  }

  async query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    const client = this.free.pop() ?? (await new Promise<pg.Client>((resolve) => this.waiting.push(resolve)));
    try {
      return await client.query(config);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free.push(client);
      else next(client);
    }
  }
}
