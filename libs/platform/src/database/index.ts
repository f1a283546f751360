export { askAtStart, askOnce, StartRefusedError, type StartQuestion, type StartQuestions } from './ask-at-start.js';
export { backoffMs, waitUnlessAborted, type BackoffLimits } from './backoff.js';
export { isDatabaseTrouble } from './database-trouble.js';
export { gathered, gatheredByName } from './gathered.js';
export { createListener, type Listener, type ListenerOptions } from './listener.js';
export { createPrisma, type PrismaClient } from './prisma.js';
export { createNotifier, type Notifier, type NotifierOptions } from './notifier.js';
export { createPool, type PoolDatabase, type PoolOptions } from './pool.js';
export {
  SERVICE_LIMITS,
  SERVICE_SETTINGS,
  sessionSettings,
  startupOptions,
  UNLIMITED,
  type TimeLimits,
} from './session-settings.js';
export { pooledSettingsQuestions, PooledSettingsError, settingStatements } from './pooled-settings.js';
export { createPrepare, type Prepare } from './prepared.js';
