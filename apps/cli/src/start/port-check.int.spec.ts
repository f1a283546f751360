import net from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { checkPort } from './port-check.js';
import { StartFailure } from './start-failure.js';

describe('The look at the port', () => {
  let occupied: net.Server;

  beforeEach(async () => {
    occupied = net.createServer();
    await new Promise<void>((resolve) => occupied.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => new Promise((resolve) => occupied.close(resolve)));

  it('finds one that is in use, in one line that says what to do', async () => {
    const { port } = occupied.address() as net.AddressInfo;
    const refusal = await checkPort('127.0.0.1', port).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartFailure);
    expect((refusal as Error).message).toBe(
      `Port ${port} is in use: stop the program that has it, or set PORT to another.`,
    );
  });

  it('passes one that is free, and leaves it free', async () => {
    await checkPort('127.0.0.1', 0);
  });

  it('refuses an address that is not of this machine', async () => {
    await expect(checkPort('192.0.2.1', 0)).rejects.toThrow('set HOST');
  });
});
