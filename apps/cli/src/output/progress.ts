import { SingleBar } from 'cli-progress';

export interface Progress {
  tell(done: number, expected: number): void;
  stop(): void;
}

/** How far a long command is, with its rate and the time left: on a terminal's standard error, and nowhere else. */
export function openProgress(unit: string): Progress {
  if (!process.stderr.isTTY) return { tell: () => undefined, stop: () => undefined };
  const startedAt = Date.now();
  const bar = new SingleBar({
    format: `{bar} {percentage} % | {value}/{total} ${unit} | {rate}/s | {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 100,
  });
  bar.start(0, 0, { rate: 0 });
  return {
    tell(done, expected) {
      // What is written meanwhile, or a row that says too little, must not stop the bar at its end.
      bar.setTotal(Math.max(done, expected));
      bar.update(done, { rate: Math.round((done * 1_000) / Math.max(1, Date.now() - startedAt)) });
    },
    stop: () => bar.stop(),
  };
}
