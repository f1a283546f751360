import { describe, expect, it } from '@jest/globals';
import { evictionPolicy, evictionWarning, isClusterNode } from './redis-policy.js';

describe('What Redis does when its memory is full', () => {
  it('is read from its report', () => {
    expect(evictionPolicy('# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\nallocator:x\r\n')).toBe(
      'allkeys-lru',
    );
    expect(evictionPolicy('# Memory\r\n')).toBeUndefined();
  });

  it('is told beside whether it is a node of a cluster', () => {
    expect(isClusterNode('# Cluster\r\ncluster_enabled:1\r\n')).toBe(true);
    expect(isClusterNode('# Cluster\r\ncluster_enabled:0\r\n')).toBe(false);
  });

  it('is warned about unless it is noeviction or unknown', () => {
    expect(evictionWarning('noeviction')).toBeUndefined();
    expect(evictionWarning(undefined)).toBeUndefined();
    expect(evictionWarning('allkeys-lru')).toContain('CONFIG SET maxmemory-policy noeviction');
  });
});
