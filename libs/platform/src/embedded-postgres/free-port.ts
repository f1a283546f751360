import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';

/**
 * The port of the last run if nobody has taken it since, else any free one, which is remembered: processes that survive a
 * restart of the server find it again where it was.
 */
export async function rememberedPort(portFile: string): Promise<number> {
  const last = Number(await readFile(portFile, 'utf8').catch(() => ''));
  if (Number.isSafeInteger(last) && last > 0 && last < 65_536 && (await canListen(last)) !== undefined) return last;
  const free = await canListen(0);
  if (free === undefined) throw new Error('The loopback interface has no free port.');
  await writeFile(portFile, `${free}\n`, { mode: 0o600 });
  return free;
}

/** @returns the port listened on, undefined when it is taken. */
function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen(port, '127.0.0.1', () => {
      const { port: listening } = server.address() as net.AddressInfo;
      server.close(() => {
        resolve(listening);
      });
    });
  });
}
