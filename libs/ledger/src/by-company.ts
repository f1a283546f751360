import type { LedgerConfig } from '#platform';

export type GroupBy = LedgerConfig['groupBy'];

/**
 * Asks for many rows in one statement or, where no transaction may mix companies (`LEDGER_GROUP_BY=company`), in one for each company there is
 * among them. In no particular order.
 */
export async function askByCompany<Key extends { readonly companyId: number }, Row>(
  groupBy: GroupBy,
  keys: readonly Key[],
  ask: (keys: readonly Key[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const first = keys[0]?.companyId;
  if (groupBy === 'any' || keys.every(({ companyId }) => companyId === first)) return ask(keys);
  return (await Promise.all([...companiesIn(keys).values()].map(ask))).flat();
}

function companiesIn<Key extends { readonly companyId: number }>(keys: readonly Key[]): ReadonlyMap<number, Key[]> {
  const companies = new Map<number, Key[]>();
  for (const key of keys) {
    const same = companies.get(key.companyId);
    if (same === undefined) companies.set(key.companyId, [key]);
    else same.push(key);
  }
  return companies;
}
