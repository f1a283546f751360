import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CallLimits, PlainVoucher, VoucherProvider, VoucherRequest } from '#vouchers';

/** A provider under test, and the shop at its other end. */
export interface ProviderUnderTest {
  readonly provider: VoucherProvider;
  /** Somebody uses the key's voucher in the shop. */
  use(providerKey: string): void | Promise<void>;
  /** The code that works in the shop now, if there is one. */
  usableCode(providerKey: string): string | undefined | Promise<string | undefined>;
}

/** What a provider may be without, which the saga then knows of. */
export interface ProviderLacks {
  /** Unset: it can be asked what became of a key. */
  readonly canLookup?: boolean;
}

/** What every provider outside this process has to keep, whatever it speaks: the saga is built on it. */
export function voucherProviderContract(
  name: string,
  start: () => ProviderUnderTest | Promise<ProviderUnderTest>,
  { canLookup = true }: ProviderLacks = {},
): void {
  describe(`The ${name} voucher provider`, () => {
    let under: ProviderUnderTest;
    let provider: VoucherProvider;

    /** One that can't be asked never pretends to know. */
    async function expectFound(providerKey: string, found: object): Promise<void> {
      const expected = canLookup ? found : { kind: 'unknown' };
      expect(await provider.find(keyOf(providerKey), soon())).toMatchObject(expected);
    }

    beforeEach(async () => {
      under = await start();
      provider = under.provider;
    });

    it('issues a voucher that works', async () => {
      const { code } = await issued(provider, 'key-1');
      expect(await under.usableCode('key-1')).toBe(code);
    });

    it('issues the same voucher for the same key, and another for another', async () => {
      const { code } = await issued(provider, 'key-1');
      expect((await issued(provider, 'key-1')).code).toBe(code);
      expect((await issued(provider, 'key-2')).code).not.toBe(code);
    });

    it('finds what it has issued, and says so when it has not', async () => {
      const { code } = await issued(provider, 'key-1');
      await expectFound('key-1', { kind: 'issued', voucher: { code } });
      await expectFound('key-2', { kind: 'not_found' });
    });

    it('makes a cancelled voucher unusable, once and for all', async () => {
      await issued(provider, 'key-1');
      expect(await provider.cancel(keyOf('key-1'), soon())).toEqual({ kind: 'void' });
      expect(await provider.cancel(keyOf('key-1'), soon())).toEqual({ kind: 'void' });
      expect(await under.usableCode('key-1')).toBeUndefined();
      await expectFound('key-1', { kind: 'cancelled' });
      await provider.issue(requestOf('key-1'), soon());
      expect(await under.usableCode('key-1')).toBeUndefined();
    });

    it('never issues for a key that was cancelled before it was seen', async () => {
      expect(await provider.cancel(keyOf('key-1'), soon())).toEqual({ kind: 'void' });
      expect((await provider.issue(requestOf('key-1'), soon())).kind).not.toBe('issued');
      expect(await under.usableCode('key-1')).toBeUndefined();
    });

    it('says that a voucher was used instead of cancelling it', async () => {
      const { code } = await issued(provider, 'key-1');
      await under.use('key-1');
      expect(await provider.cancel(keyOf('key-1'), soon())).toEqual({ kind: 'used' });
      await expectFound('key-1', { kind: 'used', voucher: { code } });
    });

    it('sends nothing when the deadline has passed', async () => {
      const late: CallLimits = { ...soon(), deadlineMs: performance.now() - 1 };
      expect(await provider.issue(requestOf('key-1'), late)).toEqual({ kind: 'not_sent' });
      expect(await under.usableCode('key-1')).toBeUndefined();
    });
  });
}

async function issued(provider: VoucherProvider, providerKey: string): Promise<PlainVoucher> {
  const outcome = await provider.issue(requestOf(providerKey), soon());
  if (outcome.kind !== 'issued') throw new Error(`The provider answered ${outcome.kind} instead of issuing.`);
  return outcome.voucher;
}

function soon(): CallLimits {
  return { deadlineMs: performance.now() + 5_000, signal: AbortSignal.timeout(5_000) };
}

function keyOf(providerKey: string) {
  return { companyId: 1, redemptionId: '0198f3a0-0000-7000-8000-000000000001', providerKey };
}

function requestOf(providerKey: string): VoucherRequest {
  return {
    ...keyOf(providerKey),
    customerId: 'customer-1',
    rewardOptionId: 'ten-off',
    rewardName: 'Ten off',
    points: 30n,
    currency: 'EUR',
    expiresAt: undefined,
    metadata: undefined,
    discount: { type: 'fixed_amount', value: '10' },
    customerEmail: 'ann@example.com',
  };
}
