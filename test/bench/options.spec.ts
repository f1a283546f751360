import { describe, expect, it } from '@jest/globals';

import { parseOptions } from './options.js';

describe('The benchmark’s options', () => {
  it.each([
    [['--seconds', '0'], '--seconds is a whole number'],
    [['--seconds', 'ten'], '--seconds is a whole number'],
    [['--scenario', 'nothing'], '--scenario is one of: spread, hot'],
    [['--rounds', '2'], '--rounds is an odd number'],
    [['--p99', '0'], '--p99 is a whole number'],
    [['--rate', '5', '--p99', '5'], 'give one of them'],
    [['--nothing', '1'], 'nothing'],
  ])('refuse %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  it('take what a scenario or a study has where nothing is said', () => {
    expect(parseOptions([])).toMatchObject({ name: 'spread', seconds: 10, rounds: 3, wallets: 100_000, count: true });
    expect(parseOptions(['--scenario', 'hot', '--seconds', '2'])).toMatchObject({
      wallets: 2,
      rounds: 1,
      count: false,
    });
    expect(parseOptions(['--scenario', 'overload'])).toMatchObject({ name: 'overload', seconds: 60 });
  });
});
