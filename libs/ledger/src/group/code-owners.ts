import {
  decodeRedemption,
  MalformedRecord,
  mayStillBeUsed,
  redemptionOf,
  type Command,
  type IssuedVoucher,
  type Redemption,
} from '#domain';
import { column } from '../columns.js';
import type { PendingCommand } from './pending-command.js';

/** Who has these codes already, the newest first. Plan: a range of the primary key (company_id, digest, redemption_id), then redemptions by primary key. */
export const READ_CODE_OWNERS = `
  SELECT q.c, r.wallet_id, r.state, q.d
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')) q(c, d)
  CROSS JOIN LATERAL (
    SELECT redemption_id FROM voucher_code
    WHERE company_id = q.c AND digest = q.d ORDER BY redemption_id DESC LIMIT 50
  ) k
  CROSS JOIN LATERAL (
    SELECT wallet_id, state FROM redemption WHERE company_id = q.c AND id = k.redemption_id OFFSET 0
  ) r`;

/** A redemption whose voucher may still be used. */
export interface CodeOwner {
  readonly companyId: number;
  readonly walletId: string;
  readonly redemption: Redemption;
}

/** A code's digest under one key, of one company, and the command that brings it. */
export interface BroughtCode {
  readonly command: PendingCommand;
  readonly digest: string;
}

/**
 * The codes that a group's commands bring from outside. A generator's are unlike all others by themselves; a pool's were, when they were
 * imported, and who brings one of them afterwards is told.
 */
export function broughtCodes(group: readonly PendingCommand[]): readonly BroughtCode[] {
  return group.flatMap((command) => digestsOf(command).map((digest) => ({ command, digest })));
}

/** 64 bits of the digest: who is given a code waits for who is just being given the same. */
export function codeLockKeyOf({ digest }: BroughtCode): string {
  return BigInt.asIntN(64, BigInt(`0x${digest.slice(0, 16)}`)).toString();
}

export function codeColumns(codes: readonly BroughtCode[]): string[] {
  return [column(codes, ({ command }) => command.companyId), column(codes, ({ digest }) => digest)];
}

/**
 * Which redemptions have a code that a command brings. No constraint may refuse a provider's fact (design §5): the ledger takes it, and the
 * decision says beside it that the code is ambiguous. Under the codes' locks nobody is overlooked.
 */
export class CodeOwners {
  private readonly owners = new Map<string, CodeOwner[]>();

  constructor(rows: readonly unknown[][]) {
    for (const [companyId, walletId, state, digest] of rows as [number, string, string, string][]) {
      const redemption = readable(state);
      if (redemption !== undefined) this.put(digest, { companyId, walletId, redemption });
    }
  }

  /** The others, besides the command's own redemption, that have the code it brings. */
  othersOf(command: PendingCommand): readonly CodeOwner[] {
    const own = redemptionOf(command.command);
    const found = digestsOf(command).flatMap((digest) => this.owners.get(keyOf(command.companyId, digest)) ?? []);
    return [...new Map(found.map((owner) => [owner.redemption.id, owner])).values()].filter(
      ({ redemption }) => redemption.id !== own,
    );
  }

  /** The command has put its code on record. */
  add(command: PendingCommand, redemption: Redemption): void {
    const { companyId, walletId } = command;
    for (const digest of digestsOf(command)) this.put(digest, { companyId, walletId, redemption });
  }

  private put(digest: string, owner: CodeOwner): void {
    if (!mayStillBeUsed(owner.redemption)) return;
    const key = keyOf(owner.companyId, digest);
    this.owners.set(key, [...(this.owners.get(key) ?? []), owner]);
  }
}

/** Another redemption's row that can't be read is its own trouble: no command fails for it that only brings the same code. */
function readable(state: string): Redemption | undefined {
  try {
    return decodeRedemption(state);
  } catch (error) {
    if (error instanceof MalformedRecord) return undefined;
    throw error;
  }
}

function digestsOf({ command }: PendingCommand): readonly string[] {
  if (command.type === 'AdvanceRedemption') return command.callersDigests ?? [];
  const voucher = voucherIn(command);
  return voucher === undefined ? [] : [voucher.code.digest, ...voucher.otherDigests];
}

function voucherIn(command: Command): IssuedVoucher | undefined {
  if (command.type === 'ResolveFlags') return command.voucher;
  if (command.type !== 'RecordCallAnswer' && command.type !== 'RecordFindAnswer') return undefined;
  return 'voucher' in command.answer ? command.answer.voucher : undefined;
}

function keyOf(companyId: number, digest: string): string {
  return `${companyId}:${digest}`;
}
