import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { build } from './build.mjs';
import { root } from './project.mjs';
import { runMain } from './report-failure.mjs';

/**
 * Writes the JSON Schema of every event's newest version to docs/schemas/events. Schemas of older versions stay as they are: they describe
 * texts that are still stored. A test fails while a file differs from what is written here.
 */
await runMain(async () => {
  await build();
  const { eventJsonSchema, eventTypes, schemaVersionOf } = await import('../dist/libs/domain/src/index.js');
  const folder = path.join(root, 'docs', 'schemas', 'events');
  mkdirSync(folder, { recursive: true });
  for (const type of eventTypes) {
    const file = path.join(folder, `${type}.v${schemaVersionOf(type)}.schema.json`);
    writeFileSync(file, `${JSON.stringify(eventJsonSchema(type), null, 2)}\n`);
  }
  console.log(`Written: ${eventTypes.length} schemas in docs/schemas/events.`);
});
