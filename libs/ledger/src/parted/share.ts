import { setImmediate as nextTurn } from 'node:timers/promises';

/** Pieces that a worker in a thread of its own has at a time: it begins the next one while we are busy. */
const AT_ONCE = 2;

type Work<W, T> = (worker: W, piece: T, index: number) => Promise<void>;

/** Whoever is free takes the next piece of work. One that fails is the last for everybody. */
export async function takeTurns<W, T>(workers: readonly W[], pieces: readonly T[], work: Work<W, T>): Promise<void> {
  let next = 0;
  const go = async (worker: W): Promise<void> => {
    for (let i = next++; i < pieces.length; i = next++) await work(worker, pieces[i] as T, i);
  };
  try {
    await Promise.all(workers.map(go));
  } finally {
    next = pieces.length;
  }
}

/** The same of this thread's worker and those in threads of their own. */
export async function share<W, T>(
  { here, threads }: { readonly here: W; readonly threads: readonly W[] },
  pieces: readonly T[],
  work: Work<W, T>,
): Promise<void> {
  const hands = threads.flatMap((thread) => Array.from({ length: AT_ONCE }, () => thread));
  await takeTurns([...hands, here], pieces, async (worker, piece, i) => {
    await work(worker, piece, i);
    // What is done without waiting for anything would keep the others' answers from being heard.
    if (worker === here) await nextTurn();
  });
}
