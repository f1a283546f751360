import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../support/ledger/seeded-random.js';

const LOYALTY = '/customer/api/open/v1/loyalty';
const CALL_MS = 8_000;
const EARNED = 100_000;

/** Where the program is to be found now, and with which key; undefined while it is being killed. */
export interface Target {
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface LoadCounts {
  calls: number;
  /** Answered with anything below 500. */
  answered: number;
  /** 5xx, or no answer: the program was being killed. */
  unanswered: number;
  /** Answers that a program may not give, whatever is killed around it. */
  readonly wrong: string[];
}

/** Redemptions that a caller was told of, and the caller's last word to each. */
interface Known {
  readonly id: string;
  readonly key: string;
  readonly customer: string;
  readonly delayed: boolean;
}

/** Callers that redeem, commit, release and reverse without pause, repeat what was not answered, and mind no error. */
export class ChaosLoad {
  readonly counts: LoadCounts = { calls: 0, answered: 0, unanswered: 0, wrong: [] };
  /** What callers were told under a key: the redemption's id never changes afterwards. */
  readonly told = new Map<string, string>();
  /** The code of a redemption that was answered with one: it never changes either. */
  readonly codes = new Map<string, string>();
  private readonly known: Known[] = [];
  private isOver = false;
  private made = 0;

  constructor(
    private readonly target: () => Target | undefined,
    private readonly random: SeededRandom,
    private readonly customers: number,
  ) {}

  /** Gives every customer points; tried until it is answered. */
  async earn(): Promise<void> {
    for (let i = 0; i < this.customers; i += 1) {
      const body = { points: EARNED, idempotencyKey: `earn-${i}` };
      while ((await this.call(`customers/c${i}/points/earn`, body)) === undefined) await sleep(200);
    }
  }

  /** Runs `width` callers until `stop`. */
  async run(width: number): Promise<void> {
    await Promise.all(Array.from({ length: width }, () => this.caller()));
  }

  stop(): void {
    this.isOver = true;
  }

  private async caller(): Promise<void> {
    while (!this.isOver) {
      if (this.target() === undefined) await sleep(50);
      else if (this.random.below(10) < 6 || this.known.length === 0) await this.redeem();
      else await this.resolve();
      await sleep(this.random.below(40));
    }
  }

  private async redeem(): Promise<void> {
    const key = `key-${(this.made += 1)}`;
    const delayed = this.random.below(2) === 0;
    const customer = `c${this.random.below(this.customers)}`;
    const body = {
      rewardOptionId: 'ten-off',
      rewardName: 'Ten off',
      pointsCost: 1 + this.random.below(5),
      idempotencyKey: key,
      ...(delayed ? { delayPointsDeduction: true, reserveTtlSeconds: 5 + this.random.below(10) } : {}),
    };
    for (let tries = 0; tries < 3 && !this.isOver; tries += 1) {
      const answer = await this.call(`customers/${customer}/redeem`, body, { prefer: 'wait=1' });
      const { id, voucherCode } = redemptionIn(answer);
      if (id === undefined) {
        await sleep(300);
        continue;
      }
      const before = this.told.get(key);
      if (before !== undefined && before !== id) this.counts.wrong.push(`${key} is ${before} and ${id}`);
      this.told.set(key, id);
      if (typeof voucherCode === 'string') this.codes.set(id, voucherCode);
      if (before === undefined) this.known.push({ id, key, customer, delayed });
      // Now and then the caller asks again although it was answered.
      if (this.random.below(8) > 0) return;
    }
  }

  private async resolve(): Promise<void> {
    const one = this.random.pick(this.known.slice(-200));
    const word = this.random.pick(one.delayed ? ['commit', 'commit', 'release', 'reverse'] : ['reverse', 'release']);
    await this.call(`redemptions/${one.id}/${word}`, {}, { prefer: 'wait=1' });
  }

  private async call(
    path: string,
    body: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<Record<string, unknown> | undefined> {
    const target = this.target();
    if (target === undefined) return undefined;
    this.counts.calls += 1;
    try {
      const response = await fetch(`${target.baseUrl}${LOYALTY}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': target.apiKey, ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(CALL_MS),
      });
      const text = await response.text();
      if (response.status >= 500) {
        this.counts.unanswered += 1;
        // 500 would be a bug of ours; 503 says that the database is not to be had.
        if (response.status === 500) this.counts.wrong.push(`${path}: 500 ${text.slice(0, 200)}`);
        return undefined;
      }
      this.counts.answered += 1;
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      this.counts.unanswered += 1;
      return undefined;
    }
  }
}

interface ToldRedemption {
  readonly id?: string;
  readonly voucherCode?: string | null;
}

function redemptionIn(answer: Record<string, unknown> | undefined): ToldRedemption {
  const from = (answer?.['data'] ?? answer) as { readonly redemption?: ToldRedemption } | undefined;
  return from?.redemption ?? {};
}
