import { decodeEvent, decodeRedemption, instant } from '#domain';
import type { PrivateText } from '../ledger-command.js';
import type { RedemptionView, WalletView } from './redemption-view.js';

/** Of a wallet `w`, as `walletOf` takes them. */
export const WALLET_COLUMNS = `
  w.id, w.company_id, w.customer_id, w.version, w.available, w.reserved, w.burned, w.earned, w.adjusted_up,
  (extract(epoch FROM w.last_entry_at) * 1000000)::bigint, (extract(epoch FROM w.created_at) * 1000000)::bigint,
  (extract(epoch FROM coalesce(w.last_occurred_at, w.created_at)) * 1000000)::bigint`;
const WALLET_WIDTH = 12;

/** Values as the driver gives them, in the order of the columns. */
export type Row = readonly (string | number | null)[];

/** Of `WALLET_COLUMNS`, and what else an answer shows. */
export function viewOf(row: Row): RedemptionView {
  const wallet = walletOf(row);
  const [state, name, email, phoneNumber, request, entry, entryText] = row.slice(WALLET_WIDTH) as (string | null)[];
  return {
    wallet,
    redemption: decodeRedemption(state as string),
    customer: {
      id: wallet.customerId,
      companyId: wallet.companyId,
      name: name ?? null,
      email: email ?? null,
      phoneNumber: phoneNumber ?? null,
    },
    requestText: textOf(request),
    latestEntry: entry == null ? undefined : decodeEvent(entry),
    latestEntryText: textOf(entryText),
  };
}

export function walletOf(row: Row): WalletView {
  const [
    id,
    companyId,
    customerId,
    version,
    available,
    reserved,
    burned,
    earned,
    adjustedUp,
    lastEntry,
    created,
    updated,
  ] = row as [string, number, string, ...string[]] as unknown as WalletColumns;
  return {
    id,
    companyId,
    customerId,
    version: BigInt(version),
    available: BigInt(available),
    reserved: BigInt(reserved),
    lifetimeEarned: BigInt(earned) + BigInt(adjustedUp),
    lifetimeBurned: BigInt(burned),
    lastEntryAt: lastEntry === null ? undefined : instant(Number(lastEntry)),
    createdAt: instant(Number(created)),
    updatedAt: instant(Number(updated)),
  };
}

type WalletColumns = readonly [
  ...[id: string, companyId: number, customerId: string, version: string, available: string, reserved: string],
  ...[burned: string, earned: string, adjustedUp: string, lastEntry: string | null, created: string, updated: string],
];

export function textOf(content: string | number | null | undefined): PrivateText | undefined {
  return typeof content === 'string' ? (JSON.parse(content) as PrivateText) : undefined;
}
