import { describe, expect, it } from '@jest/globals';
import { runKilled } from './killed-run.js';

const EVENTS = 2_000;

describe('A ledger made under kill -9', () => {
  it('has no finding, and keeps every answer', async () => {
    const result = await runKilled({
      events: EVENTS,
      seed: 7,
      width: 6,
      bursts: 1,
      burstCallers: 40,
      turns: ['burst', 'services', 'database', 'everything'],
      growth: 200,
      secondsMax: 120,
      progress: () => undefined,
    });
    expect(result.broken.slice(0, 5)).toEqual([]);
    expect(result.verify.findings.slice(0, 5)).toEqual([]);
    expect(result.verify.findingsTotal).toBe(0);
    expect(result.unfinished).toBe(0);
    // A run in which something was never killed, or nobody was answered, shows less.
    expect(Object.values(result.kills).every((count) => count > 0)).toBe(true);
    expect(result.events).toBeGreaterThanOrEqual(EVENTS);
    expect(result.answers).toBeGreaterThan(EVENTS / 10);
  });
});
