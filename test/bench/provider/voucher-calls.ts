import { openConnection, type HttpConnection } from '../load/http-connection.js';

/** A provider as the floor calls it. */
export interface CalledProvider {
  readonly baseUrl: string;
  readonly timeoutMs: number;
}

/** The calls of the `http` contract over one connection, as somebody without an engine would write them: once, then find until it is there. */
export class VoucherCalls {
  private readonly connection: HttpConnection;

  constructor({ baseUrl, timeoutMs }: CalledProvider) {
    this.connection = openConnection(baseUrl, timeoutMs);
  }

  /** Gets the redemption's voucher, whatever happens to the answers on the way. */
  async issue(redemptionId: string, points: number): Promise<string> {
    const issued = await this.ask('POST', '/vouchers', redemptionId, issueBody(redemptionId, points));
    for (let code = issued; ; code = await this.ask('GET', `/vouchers/${redemptionId}`, redemptionId)) {
      if (code !== undefined) return code;
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async ask(method: 'GET' | 'POST', path: string, key: string, body?: string): Promise<string | undefined> {
    const headers = { 'idempotency-key': key, 'content-type': 'application/json', accept: 'application/json' };
    try {
      const answer = await this.connection.send({ method, path, headers, ...(body === undefined ? {} : { body }) });
      return answer.status < 300 ? (JSON.parse(answer.body.toString()) as { code: string }).code : undefined;
    } catch {
      // No answer in time: what became of it is asked for.
      return undefined;
    }
  }
}

function issueBody(redemptionId: string, points: number): string {
  return JSON.stringify({
    redemptionId,
    companyId: 1,
    customerId: 'customer',
    rewardOptionId: 'ten-off',
    rewardName: 'Ten off',
    points: `${points}`,
    currency: 'USD',
  });
}
