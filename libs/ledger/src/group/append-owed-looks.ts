import { formatInstant, type Instant } from '#domain';
import { column } from '../columns.js';
import { queueOf } from '../saga-work/owed-work.js';
import type { DecidedGroup } from './decide-group.js';
import type { Send } from './send.js';

/** Work that is due sooner, or that has been tried, stays as it is but for its time. */
const BRING_FORWARD = `
  INSERT INTO saga_work (company_id, redemption_id, wallet_id, queue, due_at)
  SELECT c, r, w, n, d
  FROM unnest(
    string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::uuid[],
    $4::text[], string_to_array($5, E'\\n')::timestamptz[]) q(c, r, w, n, d)
  ON CONFLICT (company_id, redemption_id) DO UPDATE SET due_at = least(saga_work.due_at, excluded.due_at)`;

/**
 * Whoever has the code that another redemption was just given is told by its own worker: its wallet is not this group's to write. The work
 * stands with the event that caused it, so that nobody's death makes it forgotten.
 *
 * @returns whether there is any.
 */
export function makeCodeOwnersDue(send: Send, { codeOwners }: DecidedGroup, now: Instant): boolean {
  const unaware = codeOwners.filter(({ redemption }) => !redemption.flags.includes('code_ambiguous'));
  const owners = [...new Map(unaware.map((owner) => [owner.redemption.id, owner])).values()].sort((a, b) =>
    a.redemption.id < b.redemption.id ? -1 : 1,
  );
  if (owners.length === 0) return false;
  send('bf', BRING_FORWARD, [
    column(owners, (owner) => owner.companyId),
    column(owners, (owner) => owner.redemption.id),
    column(owners, (owner) => owner.walletId),
    owners.map((owner) => queueOf(owner.companyId, owner.redemption)),
    column(owners, () => formatInstant(now)),
  ]);
  return true;
}
