import { isSettled, redemptionIdOf, type Redemption } from '#domain';
import { bytes, flag, folded, int4, int8, moment, text, uuid } from './column-kinds.js';
import { column, type Column } from './projected-row.js';
import type { KeyedEvent, StreamFold } from './stream-fold.js';

// What the columns of the projections ought to hold: in the order of `projection-statements.ts`, behind company and wallet.

export const walletColumns = [
  column('version', int8, ({ audit }: StreamFold) => audit.wallet.version),
  column('head_hash', bytes, ({ audit }: StreamFold) => audit.head),
  column('available', int8, ({ audit }: StreamFold) => audit.wallet.available),
  column('reserved', int8, ({ audit }: StreamFold) => audit.wallet.reserved),
  column('burned', int8, ({ audit }: StreamFold) => audit.wallet.burned),
  column('expired', int8, ({ audit }: StreamFold) => audit.wallet.expired),
  column('earned', int8, ({ audit }: StreamFold) => audit.wallet.earned),
  column('adjusted_up', int8, ({ audit }: StreamFold) => audit.wallet.adjustedUp),
  column('adjusted_down', int8, ({ audit }: StreamFold) => audit.wallet.adjustedDown),
  column('earn_reversed', int8, ({ audit }: StreamFold) => audit.wallet.earnReversed),
  column('last_occurred_at', moment, ({ audit }: StreamFold) => audit.wallet.lastOccurredAt),
  column('last_entry_at', moment, ({ audit }: StreamFold) => audit.wallet.lastEntryAt),
  column('created_at', moment, ({ openedAt }: StreamFold) => openedAt),
  column('the wallet of its customer', uuid, ({ walletId }: StreamFold) => walletId),
];

export const redemptionColumns = [
  column('id', uuid, (r: Redemption) => r.id),
  column('status', text, (r: Redemption) => r.status),
  column('reward_option_id', text, (r: Redemption) => r.rewardOptionId),
  column('points_committed', int8, (r: Redemption) => r.committed),
  column('points_reversed', int8, (r: Redemption) => r.reversed),
  column('requested_at', moment, (r: Redemption) => r.requestedAt),
  column('first_version', int8, (r: Redemption) => r.firstVersion),
  column('last_entry_version', int8, (r: Redemption) => r.lastEntryVersion),
  column('state', folded, (r: Redemption) => r),
  column('settled', flag, isSettled),
];

/** The first two are the key. One that opened a redemption finds all through that; any other knows its first event. */
export const keyColumns = [
  column('scope', text, ({ key }: KeyedEvent) => key.scope),
  column('key_digest', text, ({ key }: KeyedEvent) => key.keyDigest),
  column('command_digest', text, ({ key }: KeyedEvent) => key.commandDigest),
  column('command_id', uuid, ({ event }: KeyedEvent) => event.causationId),
  column('redemption_id', uuid, ({ event }: KeyedEvent) => redemptionIdOf(event)),
  column('version', int8, ({ event }: KeyedEvent) => {
    const opened = event.type === 'RedemptionRequested' && event.data.recoversRedemptionId === undefined;
    return opened ? undefined : event.version;
  }),
];
export const ownKeyColumns = keyColumns.slice(0, 2);

const ofRedemption = column('redemption_id', uuid, (r: Redemption) => r.id);
const ofKind = (kind: MarkKind) => column('kind', text, () => kind);

/** What a row of `selectMarks` says of a redemption. */
export type MarkKind = 'code' | 'flag' | 'dialect' | 'order';

export const codeColumns = [
  ofRedemption,
  ofKind('code'),
  column('digest', text, (r: Redemption) => r.voucher.code?.digest),
];

export const flagColumns = [ofRedemption, ofKind('flag')];

export const dialectColumns = [
  ofRedemption,
  ofKind('dialect'),
  column('dialect', text, (r: Redemption) => r.dialect),
  column('dialect_id', int4, (r: Redemption) => r.dialectId),
];

/** These are looked up by what stands in the row, not compared. */
export const markColumns: readonly Column<never>[] = [
  column('redemption_id', uuid, () => undefined),
  column('kind', text, () => undefined),
  column('name', text, () => undefined),
  column('number', int4, () => undefined),
  column('recovery_id', uuid, () => undefined),
];
