import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ServiceProcess } from './service-process.js';

const PROCESS = pathToFileURL(path.resolve('dist/libs/platform/src/process/index.js')).href;

/** Says which port it was told, as the API does. */
const SERVICE = `
  import { announceReady, restOfEnvironment } from ${JSON.stringify(PROCESS)};
  await restOfEnvironment();
  console.log('told ' + process.env.TOLD + ' ' + process.env.KNOWN);
  announceReady({ port: Number(process.env.TOLD) });
  setInterval(() => undefined, 1_000);`;

describe('A service of the program', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-service-'));
  const logFile = path.join(folder, 'log');
  const started: ServiceProcess[] = [];
  afterEach(async () => {
    for (const service of started.splice(0)) await service.stop();
    rmSync(logFile, { force: true });
  });

  function load(text: string): ServiceProcess {
    const script = path.join(folder, 'service.mjs');
    writeFileSync(script, text);
    const service = new ServiceProcess({
      name: 'service',
      script,
      env: { ...process.env, KNOWN: 'at-once' },
      logFile,
      onRestart: () => undefined,
    });
    started.push(service);
    service.load();
    return service;
  }

  it('waits with its work for the rest of its environment', async () => {
    const service = load(SERVICE);
    await sleep(500);
    expect(readFileSync(logFile, 'utf8')).toBe('');
    expect(await service.start({ TOLD: '4711' })).toEqual({ type: 'ready', port: 4711 });
    expect(readFileSync(logFile, 'utf8')).toBe('told 4711 at-once\n');
  });

  it.each([0, 500])('that ended while it was loaded has not started, asked after %i ms', async (ms) => {
    const service = load(`throw new Error('no code');`);
    await sleep(ms);
    await expect(service.start({})).rejects.toThrow('The service did not start: ');
    expect(readFileSync(logFile, 'utf8')).toContain('no code');
  });

  it('ends at once when it is stopped before it was told', async () => {
    const service = load(SERVICE);
    await service.stop();
    await expect(service.start({ TOLD: '1' })).rejects.toThrow('The service did not start: ');
  });
});
