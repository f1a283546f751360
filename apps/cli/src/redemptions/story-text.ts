import type { ShownEvent } from '#domain';
import { facts } from '../output/print.js';
import { printable, table, type Column } from '../output/table.js';
import type { RedemptionStory } from './read-story.js';

/** A redemption's story for a person: how it stands, then its events in order. */
export function storyText({ redemption, events }: RedemptionStory): string {
  return `${standingText(redemption)}\n${eventsText(events)}`;
}

export function standingText(r: RedemptionStory['redemption']): string {
  const { voucher } = r;
  const provider = voucher.callers ? 'the caller’s own' : voucher.provider;
  return facts([
    ['redemption', r.id],
    ['company', String(r.companyId)],
    ['wallet', r.walletId],
    ['reward', printable(`${r.rewardName} (${r.rewardOptionId})`)],
    ['status', r.status],
    ['voucher', printable([voucher.state, ...(provider === null ? [] : [`from ${provider}`])].join(', '))],
    ['code', printable(voucher.code ?? masked(voucher.last4))],
    ['flags', r.flags.join(', ') || 'none'],
    ['points', `${r.pointsReserved} held, ${r.pointsCommitted} committed, ${r.pointsReversed} given back after that`],
    ['next step', r.finished ? 'none, it is finished' : r.nextStep.replaceAll('_', ' ')],
  ]);
}

const columns: readonly Column<ShownEvent>[] = [
  { heading: 'TIME', value: ({ occurredAt }) => occurredAt },
  { heading: 'EVENT', value: ({ type }) => type },
  { heading: 'ACTOR', value: ({ actor }) => `${actor.kind} ${actor.id}` },
  { heading: 'POINTS', value: ({ data }) => textOf(data['points']), alignRight: true },
  { heading: 'AVAILABLE', value: ({ balances }) => balances.available, alignRight: true },
  { heading: 'RESERVED', value: ({ balances }) => balances.reserved, alignRight: true },
  { heading: 'BURNED', value: ({ balances }) => balances.burned, alignRight: true },
  { heading: 'DETAIL', value: ({ data }) => detailOf(data) },
];

/** The balances are the wallet's, after the event. */
export function eventsText(events: readonly ShownEvent[]): string {
  return table(columns, events);
}

/** What a person reads of an event's data besides its points; the rest is in the JSON. */
const DETAILS = ['attempt', 'outcome', 'reason', 'reasons', 'basis', 'orderId', 'externalId'];

function detailOf(data: ShownEvent['data']): string {
  const details = DETAILS.filter((name) => data[name] !== undefined).map((name) => `${name} ${textOf(data[name])}`);
  const code = data['code'] as { readonly last4: string; readonly text?: string } | undefined;
  return [...details, ...(code === undefined ? [] : [`code ${code.text ?? masked(code.last4)}`])].join(', ');
}

function masked(last4: string | null): string {
  return last4 === null ? '' : `…${last4}`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
