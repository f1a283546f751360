import { StreamAudit, type ChainDigest, type CommandKey, type Instant, type LedgerEvent, type Report } from '#domain';

/** A keyed command's first event. */
export interface KeyedEvent {
  readonly key: CommandKey;
  readonly event: LedgerEvent;
}

/** A commit for an order. */
export interface OrderedCommit {
  readonly version: string;
  readonly redemptionId: string;
  readonly orderId: string;
}

/** A provider key that is not its redemption's own id; those are as unique as the ids are. */
export interface ForeignProviderKey {
  readonly companyId: number;
  readonly walletId: string;
  readonly version: string;
  readonly redemptionId: string;
  readonly key: string;
}

/** One stream while it is read: the domain's audit of it, and what its projections need to know besides. */
export class StreamFold {
  readonly audit: StreamAudit;
  readonly keyed: KeyedEvent[] = [];
  readonly ordered: OrderedCommit[] = [];
  openedAt: Instant | undefined;

  constructor(
    readonly companyId: number,
    readonly walletId: string,
    options: {
      readonly digest: ChainDigest;
      readonly report: Report;
      readonly onForeignKey: (key: ForeignProviderKey) => void;
    },
  ) {
    const { digest, report, onForeignKey } = options;
    const onEvent = (event: LedgerEvent): void => {
      this.openedAt ??= event.occurredAt;
      if (event.key !== undefined) this.keyed.push({ key: event.key, event });
      if (event.type === 'RedemptionCommitted' && event.data.basis === 'order' && event.data.orderId !== undefined) {
        const { redemptionId, orderId } = event.data;
        this.ordered.push({ version: String(event.version), redemptionId, orderId });
      }
      if (event.type !== 'RedemptionRequested') return;
      const { redemptionId, provider } = event.data;
      if (provider === undefined || provider.key === redemptionId) return;
      onForeignKey({ companyId, walletId, version: String(event.version), redemptionId, key: provider.key });
    };
    this.audit = new StreamAudit({ companyId, walletId, digest, report, onEvent });
  }
}
