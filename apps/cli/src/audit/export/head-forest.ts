import { CompanyTree, ledgerRoot, type SealedHead } from '#domain';
import { sha256 } from '#platform';
import { isSameStream } from './same-stream.js';

/** The tree over the heads of streams that come one after the other, each with its newest event last. */
export class HeadForest {
  private readonly trees = new Map<number, CompanyTree>();
  private current: SealedHead | undefined;

  add(head: SealedHead): void {
    if (!isSameStream(this.current, head)) this.close();
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
    this.current = undefined;
  }
}
