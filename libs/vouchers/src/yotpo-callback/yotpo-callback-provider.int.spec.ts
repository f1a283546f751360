import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deriveVoucherCode, hasValidCheckCharacter } from '#platform';
import { voucherProviderContract } from '../../../../test/contract-suites/voucher-provider.contract.js';
import {
  API_SECRET,
  callbackContract,
  ProviderSimulator,
  type CallMode,
  type CallName,
} from '../../../../test/support/provider/index.js';
import {
  COMPANY_SECRET,
  openCallbackProvider,
  type OpenOutsideProvider,
} from '../../../../test/support/provider/open-outside-provider.js';

/** Long for a machine that is busy with something else, short for a test that waits for silence. */
const SILENCE_MS = 3_000;

let shop: ProviderSimulator;
const opened: OpenOutsideProvider[] = [];
let keys = 0;

function open(config: Readonly<Record<string, unknown>> = {}, at = shop): OpenOutsideProvider {
  const [createUrl, cancelUrl] = [`${at.baseUrl}/coupons/create`, `${at.baseUrl}/coupons/cancel`];
  const provider = openCallbackProvider({ createUrl, cancelUrl, apiSecret: API_SECRET, ...config });
  opened.push(provider);
  return provider;
}

function codeOf(key: string, prefix = ''): string {
  return deriveVoucherCode(prefix, COMPANY_SECRET, key);
}

function newKey(): string {
  keys += 1;
  return `key/${keys}`;
}

beforeAll(async () => {
  shop = await ProviderSimulator.start({ contract: callbackContract });
});
beforeEach(() => {
  shop.forgetPlans();
  shop.forgetSeen();
});
afterEach(() => Promise.all(opened.splice(0).map((provider) => provider.close())));
afterAll(() => shop.stop());

describe('Over Yotpo’s callbacks', () => {
  let own: ProviderSimulator;
  afterEach(() => own.stop());

  voucherProviderContract(
    'yotpo-callback',
    async () => {
      own = await ProviderSimulator.start({ contract: callbackContract });
      const { provider } = open({}, own);
      return {
        provider,
        usableCode: (key) => own.truth(codeOf(key))?.vouchers.find(({ state }) => state === 'valid')?.code,
        use: async (key) => {
          await own.use(codeOf(key));
        },
      };
    },
    { canLookup: false },
  );
});

describe('The code of a coupon', () => {
  it('is made here from the redemption’s key, and needs the company’s secret to be told', async () => {
    const key = newKey();
    const outcome = await open().issue(key);
    expect(outcome).toMatchObject({ kind: 'issued', voucher: { code: codeOf(key) } });
    expect(hasValidCheckCharacter(codeOf(key))).toBe(true);
    expect(deriveVoucherCode('', Buffer.alloc(32, 8), key)).not.toBe(codeOf(key));
  });

  it('begins as the reward option wants it, else as the provider’s configuration says', async () => {
    const [first, second] = [newKey(), newKey()];
    const { issue } = open({ prefix: 'SHOP' });
    expect(await issue(first)).toMatchObject({ voucher: { code: codeOf(first, 'SHOP') } });
    expect(await issue(second, {}, { codePrefix: 'TEN' })).toMatchObject({ voucher: { code: codeOf(second, 'TEN') } });
    expect(codeOf(second, 'TEN')).toMatch(/^TEN-/);
  });
});

describe('What can’t be said in the callback’s words', () => {
  it.each([
    ['a percentage', { discount: { type: 'percentage', value: '10' } }],
    ['free shipping', { discount: { type: 'free_shipping', value: '0' } }],
    ['less than a cent', { discount: { type: 'fixed_amount', value: '0.0099' } }],
    ['a reward whose worth is the caller’s', { discount: undefined }],
  ] as const)('is declined without a call: %s', async (_, change) => {
    expect((await open().issue(newKey(), {}, change)).kind).toBe('declined');
    expect(shop.counts).toMatchObject({ calls: 0, strayRequests: 0 });
  });

  it('never goes anywhere without the address for it', async () => {
    const key = newKey();
    const { issue, cancel } = open({ cancelUrl: undefined });
    await issue(key);
    expect((await cancel(key)).kind).toBe('unknown');
    expect(shop.counts).toMatchObject({ calls: 1, strayRequests: 0 });
  });
});

interface Row {
  readonly call: CallName;
  readonly mode: CallMode;
  readonly outcome: string;
  /** What is true at the shop afterwards. */
  readonly truth: 'valid' | 'cancelled' | 'nothing';
}

/** A creation starts from a code that the shop has never seen, a cancellation from a coupon that works. */
const TABLE: readonly Row[] = [
  { call: 'issue', mode: 'fine', outcome: 'issued', truth: 'valid' },
  { call: 'issue', mode: 'declined', outcome: 'declined', truth: 'nothing' },
  { call: 'issue', mode: 'in_progress', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'drop', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'reset', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'error', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'garbage', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'too_long', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'redirect', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'unavailable', outcome: 'unknown', truth: 'nothing' },
  { call: 'cancel', mode: 'fine', outcome: 'void', truth: 'cancelled' },
  { call: 'cancel', mode: 'drop', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'error', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'garbage', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'redirect', outcome: 'unknown', truth: 'cancelled' },
  { call: 'cancel', mode: 'unavailable', outcome: 'unknown', truth: 'valid' },
];

const SILENT: readonly Row[] = [
  { call: 'issue', mode: 'hang', outcome: 'unknown', truth: 'valid' },
  { call: 'issue', mode: 'ignored', outcome: 'unknown', truth: 'nothing' },
  { call: 'cancel', mode: 'hang', outcome: 'unknown', truth: 'cancelled' },
];

describe('What a yotpo-callback provider makes of it when', () => {
  async function play({ call, mode, outcome, truth }: Row, config = {}): Promise<void> {
    const key = newKey();
    const code = codeOf(key);
    if (call !== 'issue') await open().issue(key);
    shop.plan({ key: code, call, mode });
    expect((await open(config)[call](key)).kind).toBe(outcome);
    expect(shop.truth(code)?.vouchers[0]?.state ?? 'nothing').toBe(truth);
    expect(shop.seen().filter((seen) => seen.call === call && seen.key === code)).toHaveLength(1);
  }

  it.each(TABLE)('$call goes as "$mode": $outcome', (row) => play(row));

  it('a call ends in silence: unknown', async () => {
    await Promise.all(SILENT.map((row) => play(row, { timeoutMs: SILENCE_MS })));
  });

  it('the answer was lost, and the same key is asked for again: the same coupon', async () => {
    const key = newKey();
    const { issue } = open();
    shop.plan({ key: codeOf(key), call: 'issue', mode: 'drop' });
    expect((await issue(key)).kind).toBe('unknown');
    expect(await issue(key)).toMatchObject({ kind: 'issued', voucher: { code: codeOf(key) } });
    expect(shop.truth(codeOf(key))?.vouchers).toHaveLength(1);
  });

  it('the shop is gone: nothing was sent, and the breaker leaves it alone after a while', async () => {
    const { issue, outside } = open();
    await shop.down();
    for (let calls = 0; calls < 5; calls += 1) expect((await issue(newKey())).kind).toBe('not_sent');
    expect(outside.condition?.().breaker).toBe('open');
    await shop.up();
  });
});
