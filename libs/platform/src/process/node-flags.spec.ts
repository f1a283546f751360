import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { NODE_FLAGS } from './node-flags.js';

interface Compose {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[] }>>;
}

it.each(['api', 'worker'])('The container of the %s starts Node.js as npm start does', (name) => {
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;
  expect(services[name]?.command).toEqual(['node', ...NODE_FLAGS, `dist/services/${name}.js`]);
});

it('The image starts the API so, where nothing else is said', () => {
  const command = /^CMD (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
  expect(JSON.parse(command ?? '[]')).toEqual(['node', ...NODE_FLAGS, 'dist/services/api.js']);
});

it.each(['api', 'worker'])('npm run start:%s, too', (name) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  expect(scripts[`start:${name}`]).toBe(['node', ...NODE_FLAGS, `dist/services/${name}.js`].join(' '));
});
