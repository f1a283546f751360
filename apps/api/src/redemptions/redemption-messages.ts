import { Injectable } from '@nestjs/common';
import {
  Ledger,
  RedemptionReader,
  tellRedemption,
  type RedemptionMessage,
  type RedemptionView,
  type ToldRedemption,
} from '#ledger';
import { Companies } from '../companies/companies.js';
import { notFound } from '../http/api-error.js';
import type { CallContext } from '../http/call-context.js';

/** A message of the caller's. */
export interface CallersMessage extends Omit<RedemptionMessage, keyof CallContext> {
  readonly call: CallContext;
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
  async send({ call, ...message }: CallersMessage): Promise<ToldRedemption> {
    const { ledger, reader, companies } = this;
    const told = await tellRedemption(
      { ledger, reader, commandKey: (companyId, keyed) => companies.commandKey(companyId, keyed) },
      { ...message, ...call },
    );
    if (told === undefined) throw notFound();
    return told;
  }

  /** The redemption as it stands now. */
  async view({ companyId }: Pick<CallContext, 'companyId'>, redemptionId: string): Promise<RedemptionView> {
    const view = await this.reader.view({ companyId, redemptionId });
    if (view === undefined) throw notFound();
    return view;
  }
}
