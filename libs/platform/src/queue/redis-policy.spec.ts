import { describe, expect, it } from '@jest/globals';
import { evictionPolicy, evictionWarning } from './redis-policy.js';

describe('What Redis does when its memory is full', () => {
  it('is read from its report', () => {
    expect(evictionPolicy('# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\nallocator:x\r\n')).toBe(
      'allkeys-lru',
    );
    expect(evictionPolicy('# Memory\r\n')).toBeUndefined();
  });

  it('is warned about unless it is noeviction or unknown', () => {
    expect(evictionWarning('noeviction')).toBeUndefined();
    expect(evictionWarning(undefined)).toBeUndefined();
    expect(evictionWarning('allkeys-lru')).toContain('CONFIG SET maxmemory-policy noeviction');
  });
});
