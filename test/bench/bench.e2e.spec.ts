import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, it } from '@jest/globals';

import type { DialectsResult } from './studies/dialects.js';
import type { NeighbourResult } from './studies/neighbour.js';
import type { BenchResult } from './report/result.js';
import type { OverloadResult } from './studies/overload.js';
import type { ProfileResult } from './studies/profile.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(args: readonly string[], onProgress?: (stderr: string, interrupt: () => void) => void): Promise<Ended> {
  // The queue is in PostgreSQL, whatever the environment says: the run is about the instrument.
  const { REDIS_URL: _redis, ...env } = process.env;
  const child = spawn(process.execPath, ['scripts/bench.mjs', ...args], { cwd: root, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    onProgress?.(stderr, () => child.kill('SIGINT'));
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

async function dataFolders(): Promise<string[]> {
  const entries = await readdir(path.join(root, '.cache'));
  return entries.filter((name) => name.startsWith('bench-'));
}

/** The runs are about the instrument, so they are short; a machine may stand still for a second in which nobody settles anything. */
const SHORT = ['--seconds', '3', '--rounds', '1', '--warm-up', '1', '--wallets', '50', '--connections', '10', '--json'];

describe('npm run bench', () => {
  describe('for three seconds', () => {
    let ended: Ended;
    let before: string[];
    let result: BenchResult;

    beforeAll(async () => {
      before = await dataFolders();
      ended = await bench([...SHORT, '--count']);
      if (ended.code !== 0) throw new Error(`The benchmark ended with ${ended.code}: ${ended.stderr}`);
      result = JSON.parse(ended.stdout) as BenchResult;
    });

    it('prints one JSON object and nothing else', () => {
      expect(result).toMatchObject({ scenario: 'spread', queue: 'postgres', seconds: 3, wallets: 50, connections: 10 });
    });

    it('measures the engine and the floor', () => {
      expect(result.settledPerSecond).toBeGreaterThan(0);
      expect(result.floorPerSecond).toBeGreaterThan(0);
      expect(result.ratio).toBeGreaterThan(0);
      expect(result.rounds).toHaveLength(1);
      expect(result.latencyMs.p50).toBeGreaterThan(0);
      expect(result.latencyMs.p99).toBeGreaterThanOrEqual(result.latencyMs.p50);
    });

    it('counts what a redemption takes of the database, of groups and of jobs', () => {
      const { counts } = result;
      for (const service of [counts?.api, counts?.worker]) {
        expect(service?.statements).toBeGreaterThan(0);
        expect(service?.roundTrips).toBeGreaterThan(0);
        expect(service?.transactions).toBeGreaterThan(0);
        expect(service?.groupSize).toBeGreaterThanOrEqual(1);
      }
      expect(counts?.jobs).toBeGreaterThan(0);
    });

    it('hears only answers of 2xx', () => {
      expect(result).toMatchObject({ non2xx: 0, errorsTotal: 0 });
      expect(Object.keys(result.statuses)).toEqual(['200']);
    });

    it('measures on a durable server', () => {
      const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
      expect(result.postgresSettings).toMatchObject(durable);
    });

    it('tells the memory of API and worker', () => {
      expect(result.memoryMb.idle.together).toBeGreaterThan(0);
      expect(result.memoryMb.afterLoad.together).toBeGreaterThan(0);
    });

    it('audits every answer and every wallet, without findings', () => {
      expect(result.audit).toMatchObject({ wallets: 50, findingsTotal: 0, findings: [] });
      expect(result.audit.answers).toBeGreaterThanOrEqual(result.statuses['200'] ?? 0);
      expect(result.audit.redemptions).toBeGreaterThanOrEqual(result.audit.answers);
    });

    it('leaves nothing behind', async () => {
      expect(await dataFolders()).toEqual(before);
    });
  });

  it('measures arrivals at a rate, their vouchers from outside, beside a floor that calls the same provider', async () => {
    const args = ['--scenario', 'provider', '--rate', '40', ...SHORT];
    const { code, stdout, stderr } = await bench(args);
    if (code !== 0) throw new Error(`The benchmark ended with ${code}: ${stderr}`);
    const result = JSON.parse(stdout) as BenchResult;
    expect(result).toMatchObject({
      scenario: 'provider',
      perSecond: 40,
      non2xx: 0,
      pgbenchPerSecond: null,
      audit: { findingsTotal: 0 },
    });
    expect(result.settledPerSecond).toBeGreaterThan(0);
    // Both sides wait for the provider.
    expect(result.latencyMs.p50).toBeGreaterThan(20);
    expect(result.floorLatencyMs.p50).toBeGreaterThan(20);
  });

  it('compares the dialects with bitbybit’s, and audits what they did', async () => {
    const args = [
      '--scenario',
      'dialects',
      '--seconds',
      '8',
      '--warm-up',
      '1',
      '--wallets',
      '50',
      '--connections',
      '8',
    ];
    const ended = await bench([...args, '--json']);
    if (ended.code !== 0) throw new Error(`The benchmark ended with ${ended.code}: ${ended.stderr}`);
    const result = JSON.parse(ended.stdout) as DialectsResult;
    expect(result).toMatchObject({ scenario: 'dialects', non2xx: 0, errorsTotal: 0, audit: { findingsTotal: 0 } });
    expect(result.dialects.map(({ dialect }) => dialect)).toEqual(['spread', 'bitbybit', 'yotpo', 'bonifiq']);
    for (const { settledPerSecond } of result.dialects) expect(settledPerSecond).toBeGreaterThan(0);
  });

  it('measures a healthy provider alone and beside a slow one', async () => {
    const { code, stdout, stderr } = await bench(['--scenario', 'neighbour', ...SHORT]);
    if (code !== 0) throw new Error(`The benchmark ended with ${code}: ${stderr}`);
    const result = JSON.parse(stdout) as NeighbourResult;
    expect(result).toMatchObject({ scenario: 'neighbour', non2xx: 0, audit: { findingsTotal: 0 } });
    expect(result.slowSettled).toBeGreaterThan(0);
    expect(result.latencyMs.alone.p50).toBeGreaterThan(20);
    expect(result.ratio).toBeGreaterThan(0);
  });

  it('measures a wave that is too much, and what is left after it', async () => {
    const { code, stdout, stderr } = await bench(['--scenario', 'overload', '--rate', '60', ...SHORT]);
    // Whether the bounds hold in a second beside other tests says nothing; that they are looked at does.
    if (code !== 0 && code !== 3) throw new Error(`The benchmark ended with ${code}: ${stderr}`);
    const result = JSON.parse(stdout) as OverloadResult;
    expect(result).toMatchObject({ scenario: 'overload', wavePerSecond: 180, errors: {}, audit: { findingsTotal: 0 } });
    expect(code).toBe(result.checks.every(({ held }) => held) ? 0 : 3);
    expect(result.memoryMb.late).toBeGreaterThan(0);
  });

  it('tells where the time of a redemption goes', async () => {
    const { code, stdout, stderr } = await bench(['--scenario', 'profile', ...SHORT]);
    if (code !== 0) throw new Error(`The benchmark ended with ${code}: ${stderr}`);
    const { processMs, statementMs, audit } = JSON.parse(stdout) as ProfileResult;
    for (const service of [processMs.api, processMs.worker]) {
      expect(service.ledger).toBeGreaterThan(0);
      expect(service['writing to sockets']).toBeGreaterThan(0);
    }
    expect(processMs.api['HTTP and framework']).toBeGreaterThan(0);
    expect(statementMs.find(({ text }) => text.startsWith('INSERT INTO event'))?.ms).toBeGreaterThan(0);
    expect(audit.findingsTotal).toBe(0);
  });

  it('stops and leaves nothing behind when it is interrupted', async () => {
    const before = await dataFolders();
    const { code, stdout } = await bench(['--seconds', '60', '--wallets', '50'], (stderr, interrupt) => {
      if (stderr.includes('Warming up')) interrupt();
    });
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(await dataFolders()).toEqual(before);
  });

  it('refuses what it can’t understand with one line', async () => {
    const { code, stdout, stderr } = await bench(['--scenario', 'nothing']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
