export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { createNestLogger } from './nest-logger.js';
