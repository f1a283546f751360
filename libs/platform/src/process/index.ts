export { NODE_FLAGS } from './node-flags.js';
export { ENVIRONMENT_FOLLOWS, restOfEnvironment } from './rest-of-environment.js';
export { announceReady, runUntilStopped, type ReadyMessage } from './run-until-stopped.js';
