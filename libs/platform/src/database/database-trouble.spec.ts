import { describe, expect, it } from '@jest/globals';
import { isDatabaseTrouble } from './database-trouble.js';

function prismaError(code: string, cause: object): Error {
  return Object.assign(new Error('Database error.'), {
    code,
    meta: { driverAdapterError: { name: 'DriverAdapterError', cause } },
  });
}

describe('A database that is away', () => {
  it('shows in the code of a connection that could not be made, or was lost', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300', 'P1001']) {
      expect({ code, trouble: isDatabaseTrouble(Object.assign(new Error(), { code })) }).toEqual({
        code,
        trouble: true,
      });
    }
  });

  it('shows through what Prisma makes of it while the server is starting', () => {
    expect(isDatabaseTrouble(prismaError('P2039', { kind: 'postgres', code: '57P03', originalCode: '57P03' }))).toBe(
      true,
    );
    expect(isDatabaseTrouble(prismaError('P2010', { kind: 'postgres', code: '57P01' }))).toBe(true);
    expect(isDatabaseTrouble(prismaError('P2010', { kind: 'ConnectionClosed' }))).toBe(true);
  });

  it('is not what a wrong statement or a wrong value shows', () => {
    for (const code of ['42703', '22P02', '23505', 'P2002']) {
      expect({ code, trouble: isDatabaseTrouble(prismaError(code, { kind: 'postgres', code })) }).toEqual({
        code,
        trouble: false,
      });
    }
    expect(isDatabaseTrouble(new Error('the database'))).toBe(false);
    expect(isDatabaseTrouble(undefined)).toBe(false);
  });
});
