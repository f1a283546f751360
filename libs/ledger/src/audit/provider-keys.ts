import type { Report } from '#domain';
import type pg from 'pg';
import type { ForeignProviderKey } from './stream-fold.js';

/** Which of the keys are ids of redemptions, whose own keys they then are. Plan: nested loop over the primary key. */
const IDS_TAKEN = `
  SELECT r.company_id, r.id
  FROM unnest($1::int[], $2::uuid[]) q(c, i)
  JOIN redemption r ON r.company_id = q.c AND r.id = q.i`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Two redemptions under one key would be one voucher at their provider. */
export async function checkProviderKeys(
  client: pg.ClientBase,
  keys: readonly ForeignProviderKey[],
  report: Report,
): Promise<void> {
  if (keys.length === 0) return;
  const owners = new Map<string, string>();
  const ids = keys.filter(({ key }) => UUID.test(key));
  const { rows } = await client.query<{ company_id: number; id: string }>(IDS_TAKEN, [
    ids.map(({ companyId }) => companyId),
    ids.map(({ key }) => key),
  ]);
  for (const { company_id, id } of rows) owners.set(`${company_id}:${id}`, id);
  for (const { companyId, walletId, version, redemptionId, key } of keys) {
    const owner = owners.get(`${companyId}:${key}`);
    if (owner === undefined) {
      owners.set(`${companyId}:${key}`, redemptionId);
      continue;
    }
    const place = { companyId, walletId, version, redemptionId };
    const found = `${key}, which is redemption ${owner}’s`;
    report({ check: 'provider_key', ...place, expected: 'a provider key of its own', found });
  }
}
