import type pg from 'pg';

type Statement = string | { readonly text: string };

/** The same connections; `before` is run ahead of each of their statements, and may ask the connection something of its own. */
export function watchedPool(
  pool: pg.Pool,
  before: (client: pg.PoolClient, text: string) => Promise<void>,
): Pick<pg.Pool, 'connect'> {
  return {
    connect: async () => {
      const client = await pool.connect();
      const query = async (statement: Statement, values?: unknown[]): Promise<unknown> => {
        await before(client, typeof statement === 'string' ? statement : statement.text);
        return client.query(statement as string, values as unknown[]);
      };
      return new Proxy(client, {
        get: (target, name) => {
          if (name === 'query') return query;
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    },
  };
}
