/** Whoever is free takes the next piece of work. One that fails is the last for everybody. */
export async function share<W, T>(
  workers: readonly W[],
  pieces: readonly T[],
  work: (worker: W, piece: T, index: number) => Promise<void>,
): Promise<void> {
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
