import { Injectable } from '@nestjs/common';
import type { CommitRedemption, ReleaseRedemption, ResolveFlags, ReverseRedemption } from '#domain';
import { Ledger, RedemptionReader, type Executed, type PrivateText, type RedemptionView } from '#ledger';
import { uuidV7 } from '#platform';
import { Companies } from '../companies/companies.js';
import { notFound } from '../http/api-error.js';
import type { CallContext } from '../http/call-context.js';

export interface RedemptionMessage {
  readonly call: CallContext;
  /** `<dialect>.<operation>` */
  readonly scope: string;
  readonly command: CommitRedemption | ReleaseRedemption | ReverseRedemption | ResolveFlags;
  /** What makes the command this one and no other, besides the redemption. */
  readonly terms: readonly (string | null)[];
  /** The caller's own key. */
  readonly idempotencyKey: string | undefined;
  readonly words?: Pick<PrivateText, 'note' | 'reason'>;
}

export interface SentMessage {
  readonly executed: Executed;
  readonly walletId: string;
  readonly idempotencyKey: string;
}

/** Says something to a redemption that exists, through the ledger. */
@Injectable()
export class RedemptionMessages {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: RedemptionReader,
    private readonly companies: Companies,
  ) {}

  /** @throws ApiError NOT_FOUND for an unknown redemption and for another company's alike; DomainError; LedgerError */
  async send({ call, scope, command, terms, idempotencyKey, words }: RedemptionMessage): Promise<SentMessage> {
    const { companyId, actor, traceId, signal } = call;
    const { redemptionId } = command;
    const [found] = await this.reader.load([{ companyId, redemptionId }]);
    if (found === undefined) throw notFound();
    const commandId = uuidV7();
    const key = idempotencyKey ?? commandId;
    const canonicalCommand = JSON.stringify([redemptionId, ...terms]);
    const text = { ...words, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
    const executed = await this.ledger.execute({
      commandId,
      companyId,
      walletId: found.walletId,
      actor,
      traceId,
      key: await this.companies.commandKey(companyId, { scope, key, canonicalCommand }),
      privateText: Object.keys(text).length === 0 ? undefined : text,
      command,
      signal,
    });
    return { executed, walletId: found.walletId, idempotencyKey: key };
  }

  /** The redemption as it stands now. */
  async view({ companyId }: CallContext, redemptionId: string): Promise<RedemptionView> {
    const view = await this.reader.view({ companyId, redemptionId });
    if (view === undefined) throw notFound();
    return view;
  }
}
