import type { Finding } from '#domain';

/** More findings than these are counted and not kept: a ruined ledger must not fill the memory. */
export const FINDINGS_KEPT = 1_000;

type Place = Pick<Finding, 'companyId' | 'walletId' | 'version'>;

/** By company, wallet and version; what is said of a stream as a whole comes first. */
export function byPlace(a: Place, b: Place): number {
  if (a.companyId !== b.companyId) return a.companyId - b.companyId;
  if (a.walletId !== b.walletId) return a.walletId < b.walletId ? -1 : 1;
  return Number(a.version ?? 0) - Number(b.version ?? 0);
}

/** The first findings of all, and how many there were. */
export class FindingsKept {
  total = 0;
  private kept: Finding[] = [];

  add(findings: readonly Finding[], total: number): void {
    this.total += total;
    this.kept.push(...findings);
    if (this.kept.length > 2 * FINDINGS_KEPT) this.kept = this.first();
  }

  first(): Finding[] {
    return this.kept.sort(byPlace).slice(0, FINDINGS_KEPT);
  }
}
