/**
 * Whether whoever asked for something is still there to be answered. Every `AbortSignal` is one; where each request needs one, a plain
 * object costs a tenth of that.
 */
export interface Presence {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
