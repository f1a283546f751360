import type { Check, Redemption } from '#domain';
import {
  codeColumns,
  dialectColumns,
  flagColumns,
  keyColumns,
  redemptionColumns,
  walletColumns,
  type MarkKind,
} from './projected-columns.js';
import type { Column } from './projected-row.js';

/** Where a row belongs that nothing is behind: it is superfluous. */
export interface Table {
  readonly check: Check;
  readonly columns: readonly Column<never>[];
}

export const wallets = { check: 'wallet_row', columns: walletColumns } as const satisfies Table;
export const keys = { check: 'command_key_row', columns: keyColumns } as const satisfies Table;
export const redemptions = { check: 'redemption_row', columns: redemptionColumns } as const satisfies Table;

/** A mark's table: all of its columns are a key, so that a row with another value is another row. */
export interface MarkTable extends Table {
  readonly columns: readonly Column<Redemption>[];
  /** Which redemptions have a row. */
  readonly has: (r: Redemption) => boolean;
  readonly expected: string;
}

export const marks: Readonly<Record<Exclude<MarkKind, 'order'>, MarkTable>> = {
  code: {
    check: 'voucher_code_row',
    columns: codeColumns,
    has: (r) => r.voucher.code !== undefined,
    expected: 'a row of the redemption’s code',
  },
  flag: {
    check: 'flagged_redemption_row',
    columns: flagColumns,
    has: (r) => r.flags.length > 0,
    expected: 'a row of the flagged redemption',
  },
  dialect: {
    check: 'dialect_redemption_row',
    columns: dialectColumns,
    has: (r) => r.dialectId !== undefined,
    expected: 'a row of the redemption’s number',
  },
};
export const markKinds = Object.keys(marks) as readonly (keyof typeof marks)[];
