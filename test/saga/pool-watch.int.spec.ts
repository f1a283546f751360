import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, createPrepare, uuidV7 } from '#platform';
import { PoolWatch, warningsDue } from '../../apps/worker/src/processor/pool-watch.js';
import { until } from '../support/until.js';
import { SagaRig } from './saga-rig.js';

const WARN_BELOW = 8;

interface Line {
  readonly level: string;
  readonly provider?: string;
  readonly left?: number;
}

describe('A pool that runs dry', () => {
  let rig: SagaRig;
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const logger = createLogger({ app: 'worker', level: 'warn', destination });
  const warnedOf = (provider: string) => lines.filter((line) => line.provider === provider).map(({ left }) => left);

  beforeAll(async () => {
    rig = await SagaRig.open();
  });
  afterAll(() => rig.stop());

  it('is warned of once a level, and anew after codes were imported', async () => {
    const prepare = createPrepare({ prepared: true });
    const watch = new PoolWatch({ pool: rig.api.pool, prepare, logger });
    const look = () => watch.look({ companyId: rig.companyId, provider: 'spring' }, WARN_BELOW);
    for (const _ of ['first', 'second']) {
      await fill(rig, 'spring', 9);
      for (let taken = 0; taken < 9; taken += 1) {
        await Promise.all([look(), look()]);
        await takeOne(rig, 'spring');
      }
      await look();
    }
    expect(warnedOf('spring')).toEqual([7, 3, 1, 0, 7, 3, 1, 0]);
  });

  it('is warned of by the worker that hands out its last code, and by one that finds none', async () => {
    await rig.insertProvider({ name: 'summer', kind: 'pool', config: { warnBelow: WARN_BELOW } });
    await fill(rig, 'summer', 1);
    const running = await rig.startWorker({ logger });
    await rig.until([await redeem(rig, 'summer')], ({ status }) => status === 'committed');
    await until(() => warnedOf('summer').includes(0));
    await running.stop();
    lines.length = 0;
    const next = await rig.startWorker({ logger });
    await rig.until([await redeem(rig, 'summer')], ({ failureReason }) => failureReason === 'out_of_stock');
    await until(() => warnedOf('summer').includes(0));
    await next.stop();
  });
});

describe('Warnings of a pool', () => {
  it.each([
    [100, 0],
    [99, 1],
    [50, 1],
    [49, 2],
    [24, 3],
    [12, 4],
    [1, 4],
    [0, 5],
  ])('with %i of 100 left: %i', (left, due) => {
    expect(warningsDue(left, 100)).toBe(due);
  });
});

async function redeem(rig: SagaRig, name: string) {
  const redemptionId = uuidV7();
  const provider = { ...{ name, version: 1n, kind: 'pool', key: redemptionId }, ...capabilities };
  return rig.redeem(await rig.wallet(100n), 10n, { redemptionId, provider });
}

const capabilities = { idempotent: true, canLookup: true, canCancel: true };

async function takeOne(rig: SagaRig, provider: string): Promise<void> {
  await rig.api.pool.query(
    'DELETE FROM pool_code WHERE digest = (SELECT min(digest) FROM pool_code WHERE provider = $1)',
    [provider],
  );
}

async function fill(rig: SagaRig, provider: string, howMany: number): Promise<void> {
  for (let index = 0; index < howMany; index += 1) {
    const id = uuidV7();
    const code = `${provider}-${index}`;
    const sealed = rig.codes.sealCode({ companyId: rig.companyId, redemptionId: id, code });
    await rig.api.pool.query(
      `INSERT INTO pool_code (company_id, provider, digest, id, cipher, key_id, last4) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [rig.companyId, provider, sealed.digest, id, sealed.cipher, sealed.keyId, sealed.last4],
    );
  }
}
