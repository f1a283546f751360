import { rename, stat } from 'node:fs/promises';

const LOG_MAX_BYTES = 20_000_000;

/** Puts a log that has grown large aside before a start; the one put aside before it goes. */
export async function rotateLog(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_MAX_BYTES) await rename(logFile, `${logFile}.1`);
}
