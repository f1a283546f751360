import type { Redemption } from '#domain';
import { int4, text, uuid } from './columns.js';
import { projection } from './projection.js';

interface DialectRow {
  readonly companyId: number;
  readonly redemption: Redemption;
}

/** What a dialect with integer ids calls a redemption. The id is the redemption's from its first event on. */
export const dialectProjection = projection<DialectRow>({
  table: 'dialect_redemption',
  key: ['company_id', 'dialect', 'dialect_id'],
  columns: {
    company_id: int4(({ companyId }) => companyId),
    dialect: text(({ redemption }) => redemption.dialect),
    dialect_id: int4(({ redemption }) =>
      redemption.dialectId === undefined ? undefined : Number(redemption.dialectId),
    ),
    redemption_id: uuid(({ redemption }) => redemption.id),
  },
  rowsOf: ({ companyId, redemptions }) =>
    redemptions
      .filter(({ before, after }) => before === undefined && after.dialectId !== undefined)
      .map(({ after }) => ({ companyId, redemption: after })),
});
