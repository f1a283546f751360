import type { Redemption } from '#domain';

/** What came of one step. */
export type Progress =
  /** The redemption stands as given: look again for what it owes next. */
  | { readonly kind: 'moved'; readonly redemption: Redemption }
  /** Nothing can be done before `delayMs` have gone by. */
  | { readonly kind: 'paused'; readonly delayMs: number }
  /** Somebody else is at it, or the ledger has noted itself when to look again. */
  | { readonly kind: 'left' };

export const left: Progress = { kind: 'left' };

/** What is owed now is for a look of its own, at once. */
export const nextLook = { kind: 'paused', delayMs: 0 } as const satisfies Progress;
