/** The calls of the `http` contract. */
export type CallName = 'issue' | 'find' | 'cancel';
export const CALLS: readonly CallName[] = ['issue', 'find', 'cancel'];

/**
 * What may happen to one call. Where nothing else is said, what was asked for is done first, and only the answer goes wrong.
 *
 * | Mode | What happens |
 * |---|---|
 * | fine | done and answered |
 * | slow | done and answered after `delayMs` |
 * | hang | done, never answered |
 * | drop | done, the connection is closed without an answer |
 * | reset | done, the connection is reset in the middle of the answer's body |
 * | error | done, answered with 500 |
 * | garbage | done, answered with 200 and no JSON |
 * | too_long | done, answered with 200 and a megabyte |
 * | dribble | done, answered a byte at a time, without an end in sight |
 * | redirect | done, answered with 302 to another path of this server |
 * | in_progress | done, answered with 409 (issue only) |
 * | late | never answered; done `delayMs` after it was asked for |
 * | unavailable | not done, answered with 503 |
 * | ignored | not done, never answered |
 * | declined | not done, answered with 422 and a reason (issue only) |
 * | forgets | done and answered; the key is forgotten: find says 404, the next issue makes a second code (issue only) |
 * | another_code | done with another code although the key is known (issue only) |
 * | same_code | done with the code of the key before, where the key is new (issue only) |
 * | not_found | answered with 404 whatever there is (find only) |
 */
export const MODES = [
  'fine',
  'slow',
  'hang',
  'drop',
  'reset',
  'error',
  'garbage',
  'too_long',
  'dribble',
  'redirect',
  'late',
  'unavailable',
  'ignored',
  'in_progress',
  'declined',
  'forgets',
  'another_code',
  'same_code',
  'not_found',
] as const;
export type CallMode = (typeof MODES)[number];

const ISSUE_ONLY: readonly CallMode[] = ['in_progress', 'declined', 'forgets', 'another_code', 'same_code'];
const FIND_ONLY: readonly CallMode[] = ['not_found'];

/** Whether a mode means something for a call. */
export function applies(mode: CallMode, call: CallName): boolean {
  if (ISSUE_ONLY.includes(mode)) return call === 'issue';
  return !FIND_ONLY.includes(mode) || call === 'find';
}

/** How often each mode occurs, in any unit; one that doesn't apply to a call counts as fine there. */
export type ModeMix = Readonly<Partial<Record<CallMode, number>>>;

/** Everything that an honest provider may do to us at its worst. It keeps its keys and takes back what it is told to. */
export const WORST_MIX: ModeMix = {
  fine: 40,
  slow: 10,
  hang: 6,
  drop: 6,
  reset: 6,
  error: 6,
  garbage: 3,
  too_long: 1,
  redirect: 1,
  late: 8,
  unavailable: 6,
  ignored: 3,
  in_progress: 3,
  declined: 1,
};

/** What a provider can't do, whatever the call. */
export interface ProviderTraits {
  /** False: every issue makes another code, whatever its key. */
  readonly idempotent: boolean;
  /** What find answers: the truth, or always this status. */
  readonly lookup: 'truth' | 404 | 405;
  /** False: cancel answers 405 and does nothing. */
  readonly canCancel: boolean;
}

export const GOOD_TRAITS: ProviderTraits = { idempotent: true, lookup: 'truth', canCancel: true };
