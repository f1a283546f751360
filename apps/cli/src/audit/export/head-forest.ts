import { CompanyTree, ledgerRoot, type SealedHead } from '#domain';
import { sha256 } from '#platform';

/** The tree over the heads of streams that come one after the other, each with its newest event last. */
export class HeadForest {
  private readonly trees = new Map<number, CompanyTree>();
  private current: SealedHead | undefined;
  streams = 0;

  add(head: SealedHead): void {
    const isSame = this.current?.walletId === head.walletId && this.current.companyId === head.companyId;
    if (!isSame) this.close();
    this.current = head;
  }

  /** Every company's root, in the order of companies. */
  companyRoots(): readonly Uint8Array[] {
    this.close();
    return [...this.trees].sort(([a], [b]) => a - b).map(([, tree]) => tree.root());
  }

  root(): string {
    return Buffer.from(ledgerRoot(sha256, this.companyRoots())).toString('hex');
  }

  private close(): void {
    if (this.current === undefined) return;
    const { companyId } = this.current;
    const tree = this.trees.get(companyId) ?? new CompanyTree(sha256);
    this.trees.set(companyId, tree);
    tree.add(this.current);
    this.streams += 1;
    this.current = undefined;
  }
}
