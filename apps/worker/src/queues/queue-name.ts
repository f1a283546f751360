import { createHash } from 'node:crypto';

/** The queue of redemptions that need nobody outside, as `saga_work.queue` names it. */
export const LOCAL_QUEUE = 'local';

const PROVIDER = /^provider\.(\d+)\.(.+)$/s;
const PLAIN = /^[A-Za-z0-9._-]{1,80}$/;

/**
 * BullMQ's name for a value of `saga_work.queue`. A provider's name may hold characters that BullMQ or a Redis hash tag cannot take (`:`,
 * `}`); such a queue goes by a digest of its name.
 */
export function queueNameOf(queue: string): string {
  return PLAIN.test(queue) ? `saga-${queue}` : `saga-${createHash('sha256').update(queue).digest('hex').slice(0, 32)}`;
}

/** The provider that a value of `saga_work.queue` leads to. */
export function providerOfQueue(queue: string): { readonly companyId: number; readonly name: string } | undefined {
  const [, companyId, name] = PROVIDER.exec(queue) ?? [];
  return companyId === undefined || name === undefined ? undefined : { companyId: Number(companyId), name };
}
