import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

import { MigrationError } from './migration-error.js';
import { readSchema } from './migrations-folder.js';
import { SchemaEngineConnections } from './schema-engine-connections.js';

const ENGINE_MODULE = '@prisma/schema-engine-wasm/schema_engine_bg';

type WasmExports = Record<string, () => void>;
type Bindings = typeof bindings & { __wbg_set_wasm(exports: WasmExports): void };

/** Part of Node.js; the types of TypeScript know it only together with a browser's. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: WasmExports } }>;
};

let loaded: Promise<void> | undefined;

/**
 * Runs Prisma's schema engine on a database. It is the engine of the `prisma migrate` command compiled to WebAssembly: the same checks,
 * the same table `_prisma_migrations`, the same lock, without a program that has to be downloaded.
 *
 * @throws MigrationError with the engine's own account.
 */
export async function withSchemaEngine<T>(
  connectionString: string,
  work: (engine: bindings.SchemaEngine) => Promise<T>,
): Promise<T> {
  await (loaded ??= loadEngine());
  const schema = await readSchema();
  const connections = new SchemaEngineConnections(connectionString);
  let engine: bindings.SchemaEngine | undefined;
  try {
    engine = await bindings.SchemaEngine.new(
      { datamodels: [[schema.path, schema.content]] },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(connections),
    );
    return await work(engine);
  } catch (error) {
    throw asMigrationError(error);
  } finally {
    engine?.free();
    await connections.close();
  }
}

/** The package's own entry imports the `.wasm` file as a module, which Node 20 does only behind a flag. */
async function loadEngine(): Promise<void> {
  const wasmFile = createRequire(import.meta.url)
    .resolve(ENGINE_MODULE)
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(path.resolve(wasmFile)), {
    './schema_engine_bg.js': withoutLingeringTimers(bindings),
  });
  (bindings as Bindings).__wbg_set_wasm(instance.exports);
  instance.exports['__wbindgen_start']?.();
}

/** The engine gives its lock ten seconds and leaves that timer running when it is done; it must not keep the process alive. */
function withoutLingeringTimers(imports: object): object {
  const entries = Object.entries(imports).map(([name, imported]: [string, unknown]) => {
    if (!name.startsWith('__wbg_setTimeout_')) return [name, imported];
    const start = imported as (callback: () => void, delayMs: number) => NodeJS.Timeout;
    return [name, (callback: () => void, delayMs: number) => start(callback, delayMs).unref()];
  });
  return Object.fromEntries(entries) as object;
}

/** Prisma's codes stand in its documentation under "Error reference"; `P3009` is an earlier migration that failed half-way. */
function asMigrationError(error: unknown): Error {
  if (!(error instanceof Error)) return new MigrationError(`The migration failed: ${String(error)}`);
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return new MigrationError(`The migration failed${code}: ${error.message.trim()}`, { cause: error });
}
