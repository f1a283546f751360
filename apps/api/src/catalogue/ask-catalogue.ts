import { Injectable } from '@nestjs/common';
import {
  asksAboutCustomer,
  costOf,
  countersOf,
  failureOf,
  ineligibilities,
  type CustomerFacts,
  type Decimal,
  type OptionTerms,
  type Points,
  type RequestRefusal,
  type RewardOption,
} from '#domain';
import { CustomerFactsReader } from './customer-facts.js';
import { localMoment } from './local-moment.js';

/** What a caller asks of an option. */
export interface AskedOption {
  readonly companyId: number;
  readonly customerId: string;
  readonly walletId: string;
  readonly points: Points | undefined;
  readonly value: Decimal | undefined;
  readonly currency: string | undefined;
  readonly purchaseAmount: Decimal | undefined;
}

/** What the catalogue says to it. */
export interface CatalogueAnswer {
  readonly points: Points;
  readonly terms: OptionTerms | undefined;
  readonly refusal: RequestRefusal | undefined;
}

const anybody: CustomerFacts = { tier: undefined, tags: [], hasOrdered: false };

/** Judges a request by the rules of its option: its cost, its window, who may redeem. Limits are taken later, with the reservation. */
@Injectable()
export class AskCatalogue {
  constructor(private readonly facts: CustomerFactsReader) {}

  async ask(option: RewardOption, asked: AskedOption): Promise<CatalogueAnswer> {
    const cost = costOf(option, asked);
    if (cost.kind === 'refused') {
      return { points: asked.points ?? 0n, terms: undefined, refusal: { kind: 'illegal', code: cost.code } };
    }
    const moment = localMoment(Date.now(), option.timeZone);
    const customer = asksAboutCustomer(option)
      ? await this.facts.of(asked.companyId, asked.customerId, asked.walletId)
      : anybody;
    const [reason] = ineligibilities(option, customer, asked.purchaseAmount, moment);
    const terms: OptionTerms = {
      currency: option.currency,
      discountType: option.discount.type,
      discountValue: cost.discountValue,
      codePrefix: option.codePrefix,
      expiration: option.expirationPreset,
      limits: countersOf(option, asked.walletId, moment),
      limitsReturnOnRefund: option.limits.returnOnRefund,
    };
    const refusal = reason === undefined ? undefined : ({ kind: 'failed', reason: failureOf[reason] } as const);
    return { points: cost.points, terms, refusal };
  }
}
