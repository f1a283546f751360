import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ShownEvent } from '#domain';
import type { FlaggedPage } from '../../../apps/cli/src/redemptions/list-flagged.js';
import type { RedemptionStory } from '../../../apps/cli/src/redemptions/read-story.js';
import { findingsIn } from '../../support/ledger/stored-ledger.js';
import { CliRig } from './cli-rig.js';

const MISSING = '0198c0de-0000-7000-8000-000000000000';
let rig: CliRig;

beforeAll(async () => {
  rig = await CliRig.open();
});
afterAll(() => rig.close());

type Resolved = Pick<RedemptionStory, 'redemption'> & { outcome: string; events: ShownEvent[] };

async function resolve(id: string, outcome: string, ...more: string[]): Promise<Resolved> {
  return rig.json('redemptions', 'resolve', id, '--outcome', outcome, '--note', 'Ticket 4711', ...more);
}

async function story(id: string, ...more: string[]): Promise<RedemptionStory> {
  return rig.json('redemptions', 'show', id, ...more);
}

describe('The list of flagged redemptions', () => {
  it('names no customer, the newest flags first, page by page', async () => {
    const [a, b, c] = [await rig.flagged('list-a'), await rig.flagged('list-b'), await rig.flagged('list-c')];
    const first = await rig.json<FlaggedPage>('redemptions', 'flagged', '--limit', '2');
    expect(first.redemptions.map(({ id }) => id)).toEqual([c, b]);
    expect(first.redemptions[0]).toEqual({
      id: c,
      companyId: rig.companyId,
      walletId: await rig.ledger.wallets.walletIdOf(rig.companyId, 'list-c'),
      status: 'reserved',
      voucherState: 'calling',
      flags: ['voucher_unknown'],
      flaggedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    });
    await resolve(b, 'not_issued');
    const second = await rig.json<FlaggedPage>('redemptions', 'flagged', '--limit', '2', '--before', `${first.next}`);
    expect([second.redemptions.map(({ id }) => id), second.next]).toEqual([[a], null]);

    const { out } = await rig.run('redemptions', 'flagged', '--limit', '1');
    expect(out).toMatch(/^REDEMPTION +COMPANY +WALLET +STATUS +VOUCHER +FLAGS +SINCE\n/);
    expect(out).toMatch(new RegExp(`^${c} +${rig.companyId} .+ reserved +calling +voucher_unknown +2`, 'm'));
    expect(out).toContain('--before ');
    expect(out).not.toContain('list-');
  });

  it('of a company without any is empty', async () => {
    const { exitCode, out } = await rig.run('redemptions', 'flagged', '--company', '999');
    expect([exitCode, out]).toEqual([0, 'No redemption is flagged.\n']);
    expect(await rig.json('redemptions', 'flagged', '--company', '999')).toEqual({ redemptions: [], next: null });
  });
});

describe('The story of a redemption', () => {
  it('has every event with its actor, points and balances', async () => {
    const id = await rig.flagged('story');
    const { redemption, events } = await story(id);
    expect(redemption).toMatchObject({ id, companyId: rig.companyId, status: 'reserved', finished: false });
    expect(redemption.voucher).toMatchObject({ state: 'calling', provider: 'shop', attempts: 1, last4: null });
    expect(events.map(({ type }) => type)).toEqual([
      'RedemptionRequested',
      'PointsReserved',
      'VoucherCallStarted',
      'VoucherCallEnded',
      'RedemptionFlagged',
    ]);
    expect(events[1]).toMatchObject({
      actor: { kind: 'system', id: 'test' },
      data: { points: '100' },
      balances: { available: '900', reserved: '100', burned: '0' },
    });
    const { out } = await rig.run('redemptions', 'show', id, '--company', `${rig.companyId}`);
    expect(out).toMatch(/^flags +voucher_unknown$/m);
    expect(out).toMatch(/^\S+Z +PointsReserved +system test +100 +900 +100 +0$/m);
    expect(out).toMatch(/^\S+Z +VoucherCallEnded .+ attempt 1, outcome unknown$/m);
  });

  it('shows a code by its end, and the whole of it only when asked', async () => {
    const id = await rig.flagged('codes');
    await resolve(id, 'issued', '--code', 'SPRING-7Q2M');
    const masked = JSON.stringify(await story(id)) + (await rig.run('redemptions', 'show', id)).out;
    expect(masked).toContain('…7Q2M');
    expect(masked).not.toContain('SPRING');
    const { redemption, events } = await story(id, '--reveal-code');
    expect(redemption.voucher).toMatchObject({ last4: '7Q2M', code: 'SPRING-7Q2M' });
    expect(events.find(({ type }) => type === 'VoucherIssued')?.data['code']).toEqual({
      last4: '7Q2M',
      text: 'SPRING-7Q2M',
    });
    expect((await rig.run('redemptions', 'show', id, '--reveal-code')).out).toMatch(/^code +SPRING-7Q2M$/m);
  });
});

describe('A person’s word on a flagged redemption', () => {
  it.each([
    ['not_issued', 'released', 'voided', '1000'],
    ['voided', 'released', 'voided', '1000'],
    ['accept_loss', 'released', 'calling', '1000'],
  ])('%s: the points go back', async (outcome, status, voucherState, available) => {
    const id = await rig.flagged(`back-${outcome}`);
    const { redemption, events } = await resolve(id, outcome);
    expect(redemption).toMatchObject({ status, flags: [], finished: true, voucher: { state: voucherState } });
    expect(events[0]).toMatchObject({ type: 'FlagResolved', actor: { kind: 'admin', id: 'ada' }, data: { outcome } });
    expect(events.at(-1)?.balances.available).toBe(available);
  });

  it('issued: the redemption goes on with the code', async () => {
    const id = await rig.flagged('goes-on');
    const { redemption } = await resolve(id, 'issued', '--code', 'AUTUMN-1234');
    expect(redemption).toMatchObject({ flags: [], voucher: { state: 'issued', last4: '1234' } });
    const { rows } = await rig.ledger.pool.query('SELECT state FROM redemption UNION ALL SELECT body FROM event');
    expect(JSON.stringify(rows)).not.toContain('AUTUMN');
  });

  it('is written under the name given, its note beside the event, its key as the call over HTTP has it', async () => {
    const id = await rig.flagged('named');
    const { out } = await rig.run(
      ...['redemptions', 'resolve', id, '--outcome', 'voided', '--note', 'Asked Grace', '--actor', 'Grace Hopper'],
    );
    expect(out).toMatch(/^Resolved as voided/);
    expect(out).toMatch(/FlagResolved +admin Grace Hopper/);
    const { rows } = await rig.ledger.pool.query(
      `SELECT k.scope, t.content::json AS text, e.body::json -> 'key' ->> 'keyDigest' = k.key_digest AS keyed,
              e.body LIKE '%Asked%' AS told
         FROM event e
         JOIN command_key k ON k.company_id = e.company_id AND k.wallet_id = e.wallet_id AND k.version = e.version
         JOIN private_text t ON t.company_id = e.company_id AND t.wallet_id = e.wallet_id AND t.version = e.version
        WHERE e.redemption_id = $1 AND e.type = 'FlagResolved'`,
      [id],
    );
    expect(rows).toEqual([{ scope: 'admin.resolve', text: { note: 'Asked Grace' }, keyed: true, told: false }]);
  });

  it('leaves a ledger that an audit finds nothing in', async () => {
    expect(await findingsIn(rig.ledger.pool)).toEqual([]);
  });
});

describe('What can’t be done', () => {
  const failing = async (...args: string[]): Promise<string> => {
    const { exitCode, out, err } = await rig.run(...args);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toMatch(/^holdfast: .+\n$/);
    return err;
  };
  const saying = (id: string, ...more: string[]) => failing('redemptions', 'resolve', id, ...more);

  it('an unknown id', async () => {
    expect(await failing('redemptions', 'show', MISSING)).toContain(`There is no redemption ${MISSING}`);
    expect(await failing('redemptions', 'show', MISSING, '--company', '999', '--json')).toContain('Company 999');
    expect(await saying(MISSING, '--outcome', 'voided', '--note', 'n')).toContain('There is no redemption');
    expect(await saying('x', '--outcome', 'voided', '--note', 'n')).toContain('UUID');
  });

  it('another company’s redemption', async () => {
    const id = await rig.flagged('mine');
    const more = ['--company', '999', '--outcome', 'voided', '--note', 'n'];
    expect(await saying(id, ...more)).toContain('Company 999 has no redemption');
    expect((await story(id)).redemption.flags).toEqual(['voucher_unknown']);
  });

  it('an outcome that does not fit, or comes too late', async () => {
    const id = await rig.flagged('unfit');
    expect(await saying(id, '--outcome', 'used', '--note', 'n')).toContain('FLAG_OUTCOME_NOT_APPLICABLE');
    await resolve(id, 'voided');
    expect(await saying(id, '--outcome', 'voided', '--note', 'n')).toContain('may have been resolved already');
  });

  it('a missing note, a code without its outcome, an outcome without its code', async () => {
    const id = await rig.flagged('incomplete');
    expect(await saying(id, '--outcome', 'voided')).toContain('--note');
    expect(await saying(id, '--outcome', 'voided', '--note', ' ')).toContain('--note');
    expect(await saying(id, '--outcome', 'lost', '--note', 'n')).toContain('accept_loss');
    expect(await saying(id, '--outcome', 'voided', '--note', 'n', '--code', 'X')).toContain('--code');
    expect(await saying(id, '--outcome', 'issued', '--note', 'n')).toContain('--code');
    expect((await story(id)).redemption.flags).toEqual(['voucher_unknown']);
  });

  it('resolving or revealing under other keys than the database’s', async () => {
    const id = await rig.flagged('other-keys');
    const env = { ENCRYPTION_KEY: `new:${'03'.repeat(31)}cc` };
    const resolving = ['redemptions', 'resolve', id, '--outcome', 'voided', '--note', 'n'];
    expect(await rig.runWith(env, ...resolving)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('ENCRYPTION_KEY'),
    });
    expect(await rig.runWith({ ENCRYPTION_KEY: '' }, ...resolving)).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^holdfast: ENCRYPTION_KEY is not set.+\n$/),
    });
    expect((await story(id)).redemption.flags).toEqual(['voucher_unknown']);
  });
});
