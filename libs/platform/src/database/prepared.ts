import type { QueryConfig } from 'pg';

/** Makes a query of a statement's name, its text and its parameters. */
export type Prepare = (name: string, text: string, values: unknown[]) => QueryConfig;

/** PostgreSQL cuts longer names silently, and two statements would become one. */
const NAME_BYTES_MAX = 63;

/**
 * Statements prepared by name are parsed and planned once for each connection. With `DATABASE_PREPARED=false` the name is dropped and
 * they are sent as ordinary parameterised queries, which every PgBouncer understands.
 */
export function createPrepare({ prepared }: { readonly prepared: boolean }): Prepare {
  return (name, text, values) => {
    if (Buffer.byteLength(name) > NAME_BYTES_MAX) {
      throw new RangeError(`The statement name "${name}" is longer than ${NAME_BYTES_MAX} bytes; shorten it.`);
    }
    return prepared ? { name, text, values } : { text, values };
  };
}
