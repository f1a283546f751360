import type pg from 'pg';

/** A row's texts; `null` where there is none. The first two are its stream's company and wallet. */
export type TextRow = readonly (string | null)[];

const PAGE = 1_000;

/** Asks one question at a time, so that several readers may share a connection. */
export class SharedConnection {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: pg.ClientBase) {}

  async rows(text: string): Promise<readonly TextRow[]> {
    const answer = this.last.then(() => this.client.query<(string | null)[]>({ text, rowMode: 'array' }));
    this.last = answer.catch(() => undefined);
    return (await answer).rows;
  }
}

/** The rows of a statement that orders them by company and wallet, read a page ahead through a cursor. */
export class OrderedRows {
  private page: readonly TextRow[] = [];
  private at = 0;
  private next: Promise<readonly TextRow[]>;

  private constructor(
    private readonly connection: SharedConnection,
    private readonly fetch: string,
  ) {
    this.next = this.fetchPage();
  }

  /** `name` and `select` are constants of the program. The connection is in a transaction. */
  static async open(connection: SharedConnection, name: string, select: string): Promise<OrderedRows> {
    await connection.rows(`DECLARE ${name} NO SCROLL CURSOR FOR ${select}`);
    return new OrderedRows(connection, `FETCH FORWARD ${PAGE} FROM ${name}`);
  }

  /** The next row without taking it; a promise only where its page is still on the way. */
  peek(): TextRow | undefined | Promise<TextRow | undefined> {
    return this.at < this.page.length ? this.page[this.at] : this.turnPage();
  }

  take(): void {
    this.at += 1;
  }

  private async turnPage(): Promise<TextRow | undefined> {
    this.page = await this.next;
    this.at = 0;
    // An empty page is the last one: to ask again would be to ask for ever.
    this.next = this.page.length < PAGE ? Promise.resolve([]) : this.fetchPage();
    return this.page[0];
  }

  private fetchPage(): Promise<readonly TextRow[]> {
    const page = this.connection.rows(this.fetch);
    // Whoever waits for the page learns of its failure; until then it is nobody's.
    page.catch(() => undefined);
    return page;
  }
}
