import type { ErrorShape } from '../http/error-shape.js';
import { bonifiqErrors } from './bonifiq/errors.js';
import { yotpoErrors } from './yotpo/errors.js';

/** The dialects that tell of errors in a shape of their own. */
export const dialectErrorShapes: readonly ErrorShape[] = [yotpoErrors, bonifiqErrors];
