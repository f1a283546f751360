import { describe, expect, it } from '@jest/globals';
import { CALM_MS, runChaos } from './chaos-run.js';

const seconds = Number(process.env['HOLDFAST_CHAOS_SECONDS'] ?? '15');
const seed = Number(process.env['HOLDFAST_CHAOS_SEED'] ?? '1');

describe('The whole program with the worst of providers, killed again and again', () => {
  it(
    `ends every redemption truthfully after ${seconds} s of it`,
    async () => {
      const { findings, ...result } = await runChaos({ seconds, seed, width: 12 });
      if (process.env['HOLDFAST_CHAOS_SECONDS'] !== undefined || findings.length + result.counts.wrong.length > 0) {
        console.log(
          JSON.stringify(
            {
              seed,
              ...result,
              findings: findings.slice(0, 40),
              counts: { ...result.counts, wrong: result.counts.wrong.slice(0, 3) },
            },
            null,
            1,
          ),
        );
      }
      expect(findings).toEqual([]);
      expect(result.counts.wrong.slice(0, 5)).toEqual([]);
      expect(result.calmAfterMs).toBeLessThan(CALM_MS);
      // A run in which nothing was killed, or nothing redeemed, shows nothing.
      expect(Object.values(result.kills).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
      expect(result.redemptions).toBeGreaterThan(seconds);
    },
    seconds * 1_000 + CALM_MS + 240_000,
  );
});
