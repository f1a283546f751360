export { backoffMs, waitUnlessAborted, type BackoffLimits } from './backoff.js';
export { createListener, type Listener, type ListenerOptions } from './listener.js';
export { createPrisma, type PrismaClient } from './prisma.js';
export { createNotifier, type Notifier, type NotifierOptions } from './notifier.js';
export { createPool, SERVICE_LIMITS, UNLIMITED, type PoolOptions, type TimeLimits } from './pool.js';
export { createPrepare, type Prepare } from './prepared.js';
