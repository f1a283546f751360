import { DECIMAL_UNIT, divide, formatInstant, parseDecimal } from '#domain';
import { deriveVoucherCode } from '#platform';
import type { OutgoingCall, OutgoingLine } from '../outgoing/outgoing-line.js';
import type {
  CallLimits,
  CancelOutcome,
  FindOutcome,
  IssueOutcome,
  VoucherKey,
  VoucherProvider,
  VoucherRequest,
} from '../voucher-provider.js';
import { cancelledOutcome, createOutcome } from './yotpo-callback-answers.js';
import type { BODY_FIELDS, YotpoCallbackConfig } from './yotpo-callback-config.js';

const CENTS = 100n;
const CENTS_MAX = BigInt(Number.MAX_SAFE_INTEGER);

type Body = Partial<Record<(typeof BODY_FIELDS)[number], string | number>>;

export interface CallbackSecrets {
  /** What the shop knows us by. */
  readonly apiSecret: string;
  /** What the codes are made from: nobody without it can tell a code from its key. */
  readonly codeSecret: Uint8Array;
}

/**
 * The shop's callbacks. The code is a function of the redemption's key, so every attempt creates the same coupon, and what was created by a
 * call without an answer can be cancelled without having been found.
 */
export class YotpoCallbackProvider implements VoucherProvider {
  readonly #line: OutgoingLine;
  readonly #config: YotpoCallbackConfig;
  readonly #secrets: CallbackSecrets;
  readonly #create: URL;
  readonly #cancel: URL | undefined;

  constructor(line: OutgoingLine, config: YotpoCallbackConfig, secrets: CallbackSecrets) {
    this.#line = line;
    this.#config = config;
    this.#secrets = secrets;
    this.#create = new URL(config.createUrl);
    this.#cancel = config.cancelUrl === undefined ? undefined : new URL(config.cancelUrl);
  }

  async issue(request: VoucherRequest, limits: CallLimits): Promise<IssueOutcome> {
    const cents = centsOf(request);
    // Nothing is sent that the callback has no words for: a percentage, free shipping, less than a cent.
    if (cents === undefined) return { kind: 'declined', reason: 'only coupons of an amount of money can be created' };
    const { currency, customerEmail, expiresAt } = request;
    const code = this.#codeOf(request);
    const body: Body = {
      coupon_code: code,
      discount_amount: cents / Number(CENTS),
      discount_amount_cents: cents,
      currency,
      ...(customerEmail === undefined ? {} : { customer_email: customerEmail }),
      ...(expiresAt === undefined ? {} : { expires_at: formatInstant(expiresAt) }),
    };
    const voucher = { code, externalId: undefined, expiresAt };
    return this.#line.call({
      ...this.#post(this.#create, body),
      call: 'issue',
      key: request,
      limits,
      outcomeOf: (exchange) => createOutcome(exchange, voucher),
    });
  }

  /** There is no callback for it. */
  find(): Promise<FindOutcome> {
    return Promise.resolve({ kind: 'unknown' });
  }

  async cancel(key: VoucherKey, limits: CallLimits): Promise<CancelOutcome> {
    if (this.#cancel === undefined) return { kind: 'unknown' };
    const code = this.#codeOf(key);
    return this.#line.call({
      ...this.#post(this.#cancel, { coupon_code: code }),
      call: 'cancel',
      key,
      limits,
      outcomeOf: (exchange) => cancelledOutcome(exchange, code),
    });
  }

  #codeOf({ providerKey, codePrefix = this.#config.prefix }: VoucherKey): string {
    return deriveVoucherCode(codePrefix, this.#secrets.codeSecret, providerKey);
  }

  #post(
    { origin, pathname }: URL,
    body: Body,
  ): Pick<OutgoingCall<never>, 'method' | 'origin' | 'path' | 'headers' | 'body'> {
    const { apiSecret } = this.#secrets;
    return {
      method: 'POST',
      origin,
      path: pathname,
      headers: { 'x-api-secret': apiSecret },
      body: JSON.stringify({ ...body, [this.#config.secretField]: apiSecret }),
    };
  }
}

/** The voucher's worth in hundredths, rounded down as points' worth always is; undefined where it can't be said in them. */
function centsOf({ discount }: VoucherRequest): number | undefined {
  if (discount?.type !== 'fixed_amount') return undefined;
  const value = parseDecimal(discount.value);
  const cents = value === undefined ? 0n : divide(value * CENTS, DECIMAL_UNIT, 'down');
  return cents > 0n && cents <= CENTS_MAX ? Number(cents) : undefined;
}
