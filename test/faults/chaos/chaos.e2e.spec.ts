import { describe, expect, it } from '@jest/globals';
import { runChaos } from './chaos-run.js';

const isProof = process.env['HOLDFAST_CHAOS_SECONDS'] !== undefined;
const seconds = Number(process.env['HOLDFAST_CHAOS_SECONDS'] ?? '15');
const seed = Number(process.env['HOLDFAST_CHAOS_SEED'] ?? '1');
/** How long after the last fault everything must have ended or been flagged; beside other tests nobody has the machine to himself. */
const calmMs = isProof ? 60_000 : 240_000;

describe('The whole program with the worst of providers, killed again and again', () => {
  it(
    `ends every redemption truthfully after ${seconds} s of it`,
    async () => {
      const { findings, ...result } = await runChaos({ seconds, seed, width: 12, calmMs });
      if (isProof || findings.length + result.counts.wrong.length > 0) {
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
      expect(result.calmAfterMs).toBeLessThan(calmMs);
      // A run in which nothing was killed, or nothing redeemed, shows nothing.
      expect(Object.values(result.kills).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
      expect(result.redemptions).toBeGreaterThan(0);
      expect(result.counts.answered).toBeGreaterThan(0);
    },
    seconds * 1_000 + calmMs + 240_000,
  );
});
