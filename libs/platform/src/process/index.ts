export { announceReady, runUntilStopped, type ReadyMessage } from './run-until-stopped.js';
