import { hasVoucher, redemptionOf, type IssuedVoucher, type LocalVoucher } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import { column } from '../columns.js';
import { redemptionKey, type LoadedGroup } from './load-group.js';
import type { PendingCommand } from './pending-command.js';

/** A code that a caller brought while it waited here belongs to that redemption. A scalar, so that it is looked up by its key for each row. */
const IS_FREE = `(
  SELECT true FROM voucher_code v WHERE v.company_id = pool_code.company_id AND v.digest = pool_code.digest LIMIT 1
) IS NULL`;

/** Locks codes for the group and passes over those that others have in hand. Plan: index scan of the pool's own range. */
const LOCK_CODES = `
  SELECT q.c, q.p, code.digest, code.id, code.cipher, code.key_id, code.last4
  FROM unnest(string_to_array($1, E'\\n')::int[], $2::text[], string_to_array($3, E'\\n')::int[]) q(c, p, n)
  CROSS JOIN LATERAL (
    SELECT digest, id, cipher, key_id, last4 FROM pool_code
    WHERE company_id = q.c AND provider = q.p AND ${IS_FREE} LIMIT q.n FOR UPDATE SKIP LOCKED
  ) code`;

/** Whether there are more codes than were to be had: a plain look, since nothing found under SKIP LOCKED says nothing. */
const LOOK = `
  SELECT q.c, q.p FROM unnest(string_to_array($1, E'\\n')::int[], $2::text[], string_to_array($3, E'\\n')::int[]) q(c, p, n)
  WHERE (SELECT count(*) FROM (
    SELECT FROM pool_code WHERE company_id = q.c AND provider = q.p AND ${IS_FREE} LIMIT q.n + 1) present) > q.n`;

/** A code as it waits in its pool: sealed under its own id. */
export interface PooledCode {
  readonly companyId: number;
  readonly provider: string;
  readonly digest: string;
  readonly id: string;
  readonly cipher: string;
  readonly keyId: string;
}

/** Opens a pooled code and seals it for the redemption that gets it. */
export type Reseal = (code: PooledCode, redemptionId: string) => IssuedVoucher;

/** What a pool gave to a command, by command id. */
export interface TakenCodes {
  readonly vouchers: ReadonlyMap<string, LocalVoucher>;
  /** To be deleted where the command did issue it. */
  readonly codes: ReadonlyMap<string, PooledCode>;
}

interface Need {
  readonly companyId: number;
  readonly provider: string;
  readonly commands: PendingCommand[];
}

const nothing: TakenCodes = { vouchers: new Map(), codes: new Map() };

/** Hands codes from pools to the commands that may issue one. Groups that need none make no round trip. */
export async function takePoolCodes(
  client: pg.ClientBase,
  prepare: Prepare,
  group: readonly PendingCommand[],
  loaded: LoadedGroup,
  reseal: Reseal,
): Promise<TakenCodes> {
  const needs = needsOf(group, loaded);
  if (needs.length === 0) return nothing;
  const codes = await lockCodes(client, prepare, needs);
  const short = needs.filter((need) => (codes.get(poolOf(need))?.length ?? 0) < need.commands.length);
  const busy = short.length === 0 ? new Set<string>() : await look(client, prepare, short, codes);
  const vouchers = new Map<string, LocalVoucher>();
  const taken = new Map<string, PooledCode>();
  for (const need of needs) {
    const pool = poolOf(need);
    const found = codes.get(pool) ?? [];
    need.commands.forEach((command, i) => {
      const code = found[i];
      if (code === undefined) {
        vouchers.set(command.commandId, busy.has(pool) ? undefined : 'none_left');
      } else {
        vouchers.set(command.commandId, reseal(code, redemptionOf(command.command) as string));
        taken.set(command.commandId, code);
      }
    });
  }
  return { vouchers, codes: taken };
}

function needsOf(group: readonly PendingCommand[], loaded: LoadedGroup): readonly Need[] {
  const needs = new Map<string, Need>();
  for (const command of group) {
    if (command.command.type !== 'AdvanceRedemption') continue;
    const r = loaded.redemptions.get(redemptionKey(command.streamId, command.command.redemptionId));
    if (r?.provider?.kind !== 'pool' || hasVoucher(r) || (r.status !== 'requested' && r.status !== 'reserved'))
      continue;
    const need: Need = { companyId: command.companyId, provider: r.provider.name, commands: [] };
    const known = needs.get(poolOf(need)) ?? need;
    known.commands.push(command);
    needs.set(poolOf(need), known);
  }
  return [...needs.values()];
}

function poolOf({ companyId, provider }: { readonly companyId: number; readonly provider: string }): string {
  return `${companyId}:${provider}`;
}

async function lockCodes(
  client: pg.ClientBase,
  prepare: Prepare,
  needs: readonly Need[],
): Promise<ReadonlyMap<string, readonly PooledCode[]>> {
  const values = [
    column(needs, (n) => n.companyId),
    needs.map((n) => n.provider),
    column(needs, (n) => n.commands.length),
  ];
  const { rows } = await client.query<[number, string, string, string, string, string]>({
    ...prepare('lock_codes', LOCK_CODES, values),
    rowMode: 'array',
  });
  const codes = new Map<string, PooledCode[]>();
  for (const [companyId, provider, digest, id, cipher, keyId] of rows) {
    const code = { companyId, provider, digest, id, cipher, keyId };
    codes.set(poolOf(code), [...(codes.get(poolOf(code)) ?? []), code]);
  }
  return codes;
}

/** Pools that hold more than this group could lock: busy, not empty. */
async function look(
  client: pg.ClientBase,
  prepare: Prepare,
  short: readonly Need[],
  codes: ReadonlyMap<string, readonly PooledCode[]>,
): Promise<ReadonlySet<string>> {
  const values = [
    column(short, (n) => n.companyId),
    short.map((n) => n.provider),
    column(short, (n) => codes.get(poolOf(n))?.length ?? 0),
  ];
  const { rows } = await client.query<[number, string]>({ ...prepare('look', LOOK, values), rowMode: 'array' });
  return new Set(rows.map(([companyId, provider]) => poolOf({ companyId, provider })));
}
