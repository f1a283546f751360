import net from 'node:net';

import { StartFailure } from './start-failure.js';

/**
 * Looks whether the API will be able to listen, before anything else is started.
 *
 * @throws StartFailure
 */
export function checkPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new StartFailure(explain(error, host, port)));
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve();
      });
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use: stop the program that has it, or set PORT to another.`;
    case 'EACCES':
      return `This user may not listen on port ${port}: set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST ${host} is not an address of this machine: set HOST to one, 127.0.0.1 for instance.`;
    default:
      return `Port ${port} on ${host} can't be listened on: ${error.message}`;
  }
}
