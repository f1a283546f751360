import { describe, expect, it } from '@jest/globals';

import { timeByLayer, type CpuProfile } from './cpu-profile.js';

const frame = (functionName: string, url = '') => ({ functionName, url });

/** root → controller → ledger → pg → writev; and the garbage collector and idleness beside. A sample a millisecond. */
const profile: CpuProfile = {
  startTime: 1_000_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 7, 8] },
    { id: 2, callFrame: frame('redeem', 'file:///x/dist/apps/api/src/redeem.js'), children: [3] },
    { id: 3, callFrame: frame('execute', 'file:///x/dist/libs/ledger/src/ledger.js'), children: [4, 6] },
    { id: 4, callFrame: frame('query', 'file:///x/node_modules/pg/lib/client.js'), children: [5] },
    { id: 5, callFrame: frame('writev') },
    { id: 6, callFrame: frame('slice', 'node:buffer') },
    { id: 7, callFrame: frame('(garbage collector)') },
    { id: 8, callFrame: frame('(idle)') },
  ],
  samples: [2, 3, 4, 5, 6, 7, 8, 3],
  timeDeltas: [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000],
};

describe('A CPU profile', () => {
  it('is told apart by whose code was running, or had called what is nobody’s', () => {
    const times = timeByLayer(profile, { fromUs: 0, toUs: Infinity });
    expect(Object.fromEntries(times)).toEqual({
      'dialects, use cases, saga': 1,
      ledger: 3,
      'PostgreSQL client': 1,
      'writing to sockets': 1,
      garbage: 1,
    });
  });

  it('counts what lies within the span alone', () => {
    const times = timeByLayer(profile, { fromUs: 1_001_500, toUs: 1_002_500 });
    expect(Object.fromEntries(times)).toEqual({ ledger: 1 });
  });
});
