export { projectionNames } from '../projections/registry.js';
export { connectAsOwner } from './owner-connection.js';
export { RebuildError } from './rebuild-error.js';
export { rebuildProjections, type RebuildOptions, type RebuildProgress, type RebuildReport } from './rebuild.js';
export { ThreadFolder } from './thread-folder.js';
