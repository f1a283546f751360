import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { NODE_FLAGS } from './node-flags.js';

interface Compose {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[] }>>;
}

it.each(['api', 'worker'])('The container of the %s starts Node.js as npm start does', (name) => {
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;
  expect(services[name]?.command).toEqual(['node', ...NODE_FLAGS, `dist/apps/${name}/src/main.js`]);
});

it('The image starts the API so, where nothing else is said', () => {
  const command = /^CMD (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
  expect(JSON.parse(command ?? '[]')).toEqual(['node', ...NODE_FLAGS, 'dist/apps/api/src/main.js']);
});
