import type { ErrorShape } from '../../http/error-shape.js';
import { YOTPO } from './path.js';

/** `{"error":"…"}` (dialects.md §6). */
export const yotpoErrors: ErrorShape = {
  prefix: `/${YOTPO}/`,
  bodyOf: ({ message }) => ({ error: message }),
  challenge: 'ApiKey',
};
