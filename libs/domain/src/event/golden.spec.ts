import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { canonicalize, sha256 } from '../../../../test/support/domain/index.js';
import { decodeEvent, encodeEvent, eventJsonSchema } from './canonical-event.js';
import { eventTypes } from './event-schemas.js';
import { chainHash, genesisHash } from './hash-chain.js';
import { schemaVersionOf } from './upcast.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const goldenFolder = path.join(root, 'test/golden/events');
const schemaFolder = path.join(root, 'docs/schemas/events');
const goldenFiles = readdirSync(goldenFolder).sort();

const read = (folder: string, file: string) => readFileSync(path.join(folder, file), 'utf8');

/** In the order they came: what stood before them keeps its hash. */
const addedLater = ['RedemptionRequested.v1.catalogue.json'];

/** Beside it stand variants: the same version with other optional fields, such as `.bare`. */
const isFullShape = (file: string) => /^\w+\.v\d+\.json$/.test(file);

describe('A text that was stored once', () => {
  it.each(goldenFiles)('is read for ever: %s', (file) => {
    const [type, version] = /^(\w+)\.v(\d+)(?:\.\w+)?\.json$/.exec(file)!.slice(1);
    const bytes = read(goldenFolder, file);
    const event = decodeEvent(bytes);
    expect(event.type).toBe(type);
    expect(event.schemaVersion).toBe(schemaVersionOf(event.type));
    // Texts are hashed as written: an older one is brought up to date for reading and never written back.
    if (Number(version) === event.schemaVersion) expect(encodeEvent(event)).toBe(bytes);
    expect(canonicalize(JSON.parse(bytes))).toBe(bytes);
  });

  it('stands here for every version of every event there ever was', () => {
    const wanted = eventTypes.flatMap((type) =>
      Array.from({ length: schemaVersionOf(type) }, (_, i) => `${type}.v${i + 1}.json`),
    );
    expect(goldenFiles.filter(isFullShape)).toStrictEqual(wanted.sort());
  });

  it('has the hash it had then', () => {
    let hash = genesisHash(sha256, 7, '0198f3a0-7c10-7abc-8def-0123456789ab');
    const chain = (files: readonly string[]) => {
      for (const file of files) hash = chainHash(sha256, hash, read(goldenFolder, file));
      return Buffer.from(hash).toString('hex');
    };
    const original = goldenFiles.filter((file) => !addedLater.includes(file));
    expect(chain(original)).toBe('a6c3e4fa0a74202d1a05713eb60ce61ecd24b04e80f98d88d50d1ad347cf9376');
    expect(chain(addedLater)).toBe('7da7067bcab03ae8da3f93201ba1201324d8f09c8dc9b3cdf2bfc07cc9bb9704');
  });
});

describe('The published schemas', () => {
  it.each(eventTypes)('%s: is what "npm run schemas" writes', (type) => {
    const file = `${type}.v${schemaVersionOf(type)}.schema.json`;
    expect(read(schemaFolder, file)).toBe(`${JSON.stringify(eventJsonSchema(type), null, 2)}\n`);
  });

  it('describe every version of every event, and nothing else', () => {
    const wanted = goldenFiles.filter(isFullShape).map((file) => file.replace(/json$/, 'schema.json'));
    expect(readdirSync(schemaFolder).sort()).toStrictEqual(wanted.sort());
  });
});
