export * from './arbitrary-event.js';
export * from './canonical.js';
export * from './deep-freeze.js';
export * from './fact.js';
export * from './given.js';
export * from './material.js';
export * from './stories.js';
export * from './wallet-history.js';
