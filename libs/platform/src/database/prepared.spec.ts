import { describe, expect, it } from '@jest/globals';
import { createPrepare } from './prepared.js';

describe('A prepared statement', () => {
  it('has a name', () => {
    expect(createPrepare({ prepared: true })('wallet_read', 'SELECT $1', [1])).toEqual({
      name: 'wallet_read',
      text: 'SELECT $1',
      values: [1],
    });
  });

  it('has none where statements may not be prepared', () => {
    expect(createPrepare({ prepared: false })('wallet_read', 'SELECT $1', [1])).toEqual({
      text: 'SELECT $1',
      values: [1],
    });
  });

  it('may not have a name that PostgreSQL would cut', () => {
    const prepare = createPrepare({ prepared: true });
    expect(prepare('x'.repeat(63), 'SELECT 1', []).name).toHaveLength(63);
    expect(() => prepare('x'.repeat(64), 'SELECT 1', [])).toThrow(RangeError);
    expect(() => prepare('ä'.repeat(32), 'SELECT 1', [])).toThrow(RangeError);
  });
});
