import { readFileSync } from 'node:fs';

/** What a host takes of a machine that it shares out and leaves figures alone. */
const SHARE_MAX = 0.03;

/** In per cent, where it is so much that figures suffer from it. */
export function stolenPercent(share: number | null | undefined): string | undefined {
  return share == null || share <= SHARE_MAX ? undefined : `${Math.round(share * 100)} %`;
}

/** Begins to watch. @returns the share of the processors' time that the machine's host gave to others since; null where the system doesn't tell. */
export function watchStolenTime(): () => number | null {
  const before = processorTicks();
  return () => {
    const now = processorTicks();
    if (before === undefined || now === undefined) return null;
    const share = (now.stolen - before.stolen) / Math.max(1, now.all - before.all);
    return Math.round(share * 1_000) / 1_000;
  };
}

/** Of all processors together: user, nice, system, idle, waiting, two kinds of interrupts, stolen. What follows is counted in these already. */
function processorTicks(): { readonly all: number; readonly stolen: number } | undefined {
  try {
    const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
    const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
    return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
  } catch {
    return undefined;
  }
}
