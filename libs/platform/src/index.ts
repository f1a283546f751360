/**
 * What every program of Holdfast stands on. Two parts are imported by paths of their own: `#platform/queue`, which loads BullMQ and is not
 * for the API, and whatever only the supervisor needs.
 */
export * from './api-key/index.js';
export * from './config/index.js';
export * from './crypto/index.js';
export * from './database/index.js';
export * from './ids/index.js';
export * from './logging/index.js';
export * from './time/index.js';
