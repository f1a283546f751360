import type { CallLimits } from '#vouchers';

/**
 * Asks a provider and waits until `deadlineMs` on the monotonic clock. Whatever goes wrong on the way, silence included, is `otherwise`:
 * of a request that may have left this process nothing more can be said.
 */
export async function answerInTime<Answer>(
  ask: (limits: CallLimits) => Promise<Answer>,
  deadlineMs: number,
  otherwise: Answer,
  traceId: string | undefined,
): Promise<Answer> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => {
      stop.abort();
      resolve(otherwise);
    }, deadlineMs - performance.now());
  });
  try {
    const answered = ask({ deadlineMs, signal: stop.signal, traceId }).catch(() => otherwise);
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
