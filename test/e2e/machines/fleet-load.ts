import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../support/ledger/seeded-random.js';
import type { FleetAnswer, FleetTenant, ServiceFleet } from '../../support/service-fleet.js';

const CALL_MS = 5_000;
const RETRY_MS = 50;
export const EARNED = 1_000_000;

/** What a caller was told of a redemption: what it may hold against us for ever. */
export interface Told {
  readonly key: string;
  readonly customer: string;
  readonly body: object;
  readonly cost: number;
  readonly status: number;
  readonly id: string;
  readonly code: string | null;
}

interface Redemption {
  readonly id: string;
  readonly voucherCode: string | null;
  readonly engineStatus?: string;
}

/**
 * Callers as they should be: each picks any of the APIs, and repeats a call that was not answered, under the same key, at another. So every
 * call is answered in the end, and the points can be counted to the last one.
 */
export class FleetLoad {
  readonly told: Told[] = [];
  /** Answers that no caller may get, whatever is killed around it. */
  readonly wrong: string[] = [];
  /** Why calls had to be made again, and how often. */
  readonly repeated: Record<string, number> = {};
  private isOver = false;
  private made = 0;

  constructor(
    private readonly fleet: ServiceFleet,
    private readonly tenants: readonly FleetTenant[],
    private readonly random: SeededRandom,
    private readonly customers: number,
  ) {}

  /** Gives every customer points. */
  async earn(): Promise<void> {
    const everyone = this.tenants.flatMap((tenant) => this.customersOf().map((customer) => ({ tenant, customer })));
    await Promise.all(
      everyone.map(({ tenant, customer }) =>
        this.answered(tenant, `customers/${customer}/points/earn`, {
          points: EARNED,
          idempotencyKey: `earn-${customer}`,
        }),
      ),
    );
  }

  /** Runs `width` callers until `stop`. */
  async run(width: number): Promise<void> {
    await Promise.all(
      Array.from({ length: width }, async () => {
        while (!this.isOver) await this.redeem();
      }),
    );
  }

  stop(): void {
    this.isOver = true;
  }

  customersOf(): readonly string[] {
    return Array.from({ length: this.customers }, (_, i) => `c${i}`);
  }

  /** The call again, as it was made. */
  again({ customer, body }: Told, tenant: FleetTenant): Promise<FleetAnswer> {
    return this.answered(tenant, `customers/${customer}/redeem`, body);
  }

  private async redeem(): Promise<void> {
    const at = (this.made += 1);
    const key = `key-${at}`;
    const tenant = this.tenantOf(key);
    const customer = `c${this.random.below(this.customers)}`;
    const cost = 1 + this.random.below(5);
    const body = { rewardOptionId: 'coffee', rewardName: 'A coffee', pointsCost: cost, idempotencyKey: key };
    const path = `customers/${customer}/redeem`;
    // Now and then a caller has no patience and asks two APIs at once.
    const answers = await Promise.all(
      Array.from({ length: this.random.below(6) === 0 ? 2 : 1 }, () => this.answered(tenant, path, body)),
    );
    const all = answers.map(({ status, body: said }) => ({ status, redemption: redemptionIn(said) }));
    const [first] = all;
    if (first?.redemption === undefined) {
      this.wrong.push(`${key} was answered ${first?.status ?? 0} ${JSON.stringify(answers[0]?.body).slice(0, 200)}`);
      return;
    }
    const { id, voucherCode: code } = first.redemption;
    if (all.some(({ redemption }) => redemption?.id !== id)) this.wrong.push(`${key} has two redemptions`);
    this.told.push({ key, customer, body, cost, status: first.status, id, code });
  }

  tenantOf(key: string): FleetTenant {
    return this.tenants[Number(key.slice(4)) % this.tenants.length] as FleetTenant;
  }

  private repeats(reason: string): void {
    this.repeated[reason] = (this.repeated[reason] ?? 0) + 1;
  }

  /** The answer, however often it takes. 503 and a broken connection are no answers; 500 would be a bug of ours. */
  private async answered(tenant: FleetTenant, path: string, body: object): Promise<FleetAnswer> {
    for (;;) {
      const at = this.random.pick(this.fleet.apis)?.url;
      try {
        if (at !== undefined) {
          const answer = await this.fleet.call(tenant, path, body, { at, limitMs: CALL_MS });
          if (answer.status === 500) this.wrong.push(`${path}: 500 ${JSON.stringify(answer.body)}`);
          if (answer.status < 500) return answer;
          this.repeats(`${answer.status} ${codeIn(answer.body)}`);
        }
      } catch (error) {
        // It was being stopped or killed.
        this.repeats(String((error as { readonly name?: unknown }).name));
      }
      await sleep(RETRY_MS);
    }
  }
}

function codeIn(body: FleetAnswer['body']): string {
  return (body['error'] as { readonly code?: string } | undefined)?.code ?? '';
}

export function redemptionIn(body: FleetAnswer['body']): Redemption | undefined {
  const from = (body['data'] ?? body) as { readonly redemption?: Redemption };
  return from.redemption;
}
