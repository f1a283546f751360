import { formatInstant } from '#domain';
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
import { cancelOutcome, findOutcome, issueOutcome } from './http-answers.js';
import type { HttpConfig } from './http-config.js';

/** A service that speaks the `http` contract (design §5). */
export class HttpProvider implements VoucherProvider {
  readonly #line: OutgoingLine;
  readonly #config: HttpConfig;
  readonly #to: Pick<OutgoingCall<unknown>, 'origin' | 'headers'>;
  readonly #path: string;

  /** @param headers the configured ones, in the clear. */
  constructor(line: OutgoingLine, config: HttpConfig, headers: Readonly<Record<string, string>>) {
    const { origin, pathname } = new URL(config.baseUrl);
    this.#line = line;
    this.#config = config;
    this.#to = { origin, headers };
    this.#path = `${pathname.replace(/\/+$/, '')}/vouchers`;
  }

  issue(request: VoucherRequest, limits: CallLimits): Promise<IssueOutcome> {
    const what = { call: 'issue', method: 'POST', path: this.#path, body: issueBody(request) } as const;
    return this.#line.call({ ...this.#to, ...what, key: request, limits, outcomeOf: issueOutcome });
  }

  async find(key: VoucherKey, limits: CallLimits): Promise<FindOutcome> {
    if (!this.#config.canLookup) return { kind: 'unknown' };
    const what = { call: 'find', method: 'GET', path: this.#pathOf(key), body: undefined } as const;
    return this.#line.call({ ...this.#to, ...what, key, limits, outcomeOf: findOutcome });
  }

  async cancel(key: VoucherKey, limits: CallLimits): Promise<CancelOutcome> {
    if (!this.#config.canCancel) return { kind: 'unknown' };
    const what = { call: 'cancel', method: 'POST', path: `${this.#pathOf(key)}/cancel`, body: '{}' } as const;
    return this.#line.call({ ...this.#to, ...what, key, limits, outcomeOf: cancelOutcome });
  }

  #pathOf({ providerKey }: VoucherKey): string {
    return `${this.#path}/${encodeURIComponent(providerKey)}`;
  }
}

/** Points are a decimal string: JSON's numbers end at 2⁵³. What is absent is left out. */
function issueBody(request: VoucherRequest): string {
  const { redemptionId, companyId, customerId, rewardOptionId, rewardName, points, currency, expiresAt, metadata } =
    request;
  return JSON.stringify({
    redemptionId,
    companyId,
    customerId,
    rewardOptionId,
    rewardName,
    points: points.toString(),
    currency,
    expiresAt: expiresAt === undefined ? undefined : formatInstant(expiresAt),
    metadata,
  });
}
