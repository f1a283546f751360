import { describe, expect, it } from '@jest/globals';
import { needsOf, type RedemptionCost, type ScalingPlan } from './needs.js';

const cost: RedemptionCost = { apiMs: 0.5, workerMs: 0.25, postgresMs: 0.5, walBytes: 4_000, jobs: 0.1 };
const plan: ScalingPlan = { load: 0.5, postgresCores: 32, walMegabytes: 400, poolMax: 10, lanes: 1 };

describe('What a rate of redemptions needs', () => {
  it('is its cost, in cores that are as full as planned', () => {
    expect(needsOf(1_000, cost, plan)).toMatchObject({
      apis: 1,
      workers: 1,
      postgresCores: 1,
      walMegabytes: 4,
      jobs: 100,
    });
    expect(needsOf(10_000, cost, plan)).toMatchObject({ apis: 10, workers: 5, postgresCores: 10, walMegabytes: 40 });
  });

  it('counts a process that is not full as a whole one', () => {
    expect(needsOf(1, cost, plan)).toMatchObject({ apis: 1, workers: 1, postgresCores: 1 });
  });

  it('counts every session: the pools’, the groups’, and those that listen, notify and seal', () => {
    expect(needsOf(1_000, cost, plan).sessions).toBe(10 + 1 + 2 + (10 + 1 + 3));
  });

  it('names what gives out first, and over how many machines it must be spread', () => {
    expect(needsOf(10_000, cost, plan)).toMatchObject({
      shards: 1,
      first: { what: 'PostgreSQL’s CPU', part: 10 / 32 },
    });
    expect(needsOf(100_000, cost, plan)).toMatchObject({ shards: 4, first: { what: 'PostgreSQL’s CPU' } });
    const slowDisk = { ...plan, walMegabytes: 50 };
    expect(needsOf(100_000, cost, slowDisk)).toMatchObject({
      shards: 8,
      first: { what: 'the flush of its log', part: 8 },
    });
  });
});
