import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, type SeededRandom } from '../../support/ledger/seeded-random.js';
import { killPid, type RunningProgram } from '../../support/running-program.js';
import { ChaosLoad } from '../chaos/chaos-load.js';
import { KillableProgram } from '../killable-program.js';
import { Turns } from '../turns.js';
import { changedSince, lostFrom } from './answers-stand.js';
import { Bursts } from './bursts.js';
import { verifyLedger, type Verified } from './verify-ledger.js';

export interface KilledOptions {
  /** How many events the ledger has at the end, at least. */
  readonly events: number;
  readonly seed: number;
  /** Callers over HTTP. */
  readonly width: number;
  /** Processes with a ledger of their own, and callers in each. */
  readonly bursts: number;
  readonly burstCallers: number;
  /** What is killed, in turns that are shuffled: every kind comes before any comes again. */
  readonly turns: readonly [Victim, ...Victim[]];
  /** Events that the bursts write between two kills, about: one that is killed before it began shows nothing. */
  readonly growth: number;
  /** After so long the killing ends, however many events there are. */
  readonly secondsMax: number;
  readonly progress: (what: string) => void;
  /** Ends the run without an outcome; everything that was started is put away. */
  readonly signal?: AbortSignal;
}

export interface KilledResult {
  readonly events: number;
  readonly kills: Readonly<Record<Victim, number>>;
  readonly seconds: number;
  /** Answers that were given, of which each was looked up afterwards. */
  readonly answers: number;
  /** What doesn't stand although somebody was told of it, and whatever no caller may see. */
  readonly broken: readonly string[];
  /** Redemptions that had not ended although the killing had. */
  readonly unfinished: number;
  readonly verify: Verified;
}

export type Victim = 'burst' | 'services' | 'database' | 'everything';

const CUSTOMERS = 40;
const EVENTS_A_CUSTOMER = 1_000;
const LOOK_MS = 1_000;
const GROWTH_MS = 15_000;
const GROWTH_LOOK_MS = 50;
const TELL_MS = 5_000;
const CALM_MS = 300_000;

/** Positions that were given out: what was rolled back has taken some, too. Costs nothing, however long the ledger is. */
const READ_POSITION = `SELECT last_value::int AS count FROM event_position_seq`;
const COUNT_EVENTS = `SELECT count(*)::int AS count FROM event`;

/** Work that is owed; holds that wait for an order end by themselves. */
const COUNT_UNFINISHED = `
  SELECT count(*)::int AS count FROM redemption
  WHERE status IN ('requested', 'reserved', 'releasing', 'reversing')`;

/**
 * An honest ledger, made by the program as `npm start` runs it and by processes that redeem through the ledger itself, all of which are
 * killed with SIGKILL again and again, in the middle of groups and of commits, PostgreSQL included. Then it is audited, and every answer
 * that anybody was given is looked up.
 */
export async function runKilled(options: KilledOptions): Promise<KilledResult> {
  await mkdir('.cache', { recursive: true });
  const folder = await mkdtemp(path.resolve('.cache', 'killed-'));
  const run = new KilledRun(options, folder);
  try {
    return await run.run();
  } finally {
    await run.end();
    await rm(folder, { recursive: true, force: true });
  }
}

class KilledRun {
  private readonly program: KillableProgram;
  private readonly random: SeededRandom;
  private readonly turns: Turns<Victim>;
  private readonly kills: Record<Victim, number> = { burst: 0, services: 0, database: 0, everything: 0 };
  private bursts: Bursts | undefined;

  constructor(
    private readonly options: KilledOptions,
    private readonly folder: string,
  ) {
    this.program = new KillableProgram({ folder, env: { CHECKPOINT_EVERY_SECONDS: '10' } });
    this.random = seededRandom(options.seed);
    this.turns = new Turns(options.turns, this.random);
  }

  async run(): Promise<KilledResult> {
    const { seed, width, events, progress } = this.options;
    const startedMs = performance.now();
    progress(`seed ${seed}`);
    await this.program.start();
    const name = 'Redeems through the ledger itself';
    const { id: companyId } = await this.program.administer<{ readonly id: number }>('POST', 'companies', { name });
    const customers = Math.max(20, Math.round(events / EVENTS_A_CUSTOMER));
    const { burstCallers: callers } = this.options;
    const bursts = new Bursts(this.folder, { companyId, callers, customers }, seed);
    this.bursts = bursts;
    const load = new ChaosLoad(() => this.program.running, seededRandom(seed + 1), CUSTOMERS);
    await load.earn();
    const running = load.run(width);
    await this.killUntilThereAre(events, bursts);
    await bursts.kill(bursts.count);
    load.stop();
    await running;
    progress('Waiting for what is under way to end …');
    const unfinished = await this.calm();
    progress('Auditing the ledger, and looking up every answer …');
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const told = await bursts.answers();
    const lost = await this.program.withPool((pool) => lostFrom(pool, companyId, told));
    const changed = await changedSince(this.program.running as RunningProgram, load.told, load.codes);
    const verify = await verifyLedger((await this.program.ownerUrl()) ?? '');
    return {
      events: verify.events,
      kills: this.kills,
      seconds,
      answers: told.events.length + told.orderIds.length + load.told.size,
      broken: [
        ...(lost > 0 ? [`${lost} answers of the ledger itself name what is not there`] : []),
        ...changed,
        ...load.counts.wrong,
        ...told.failures,
      ],
      unfinished,
      verify,
    };
  }

  async end(): Promise<void> {
    await this.bursts?.kill(this.bursts.count);
    await this.program.stop();
  }

  private async killUntilThereAre(wanted: number, bursts: Bursts): Promise<void> {
    const { progress, secondsMax } = this.options;
    const endMs = performance.now() + secondsMax * 1_000;
    let toldMs = 0;
    for (let position = 0; performance.now() < endMs;) {
      this.options.signal?.throwIfAborted();
      position = await this.grownFrom(position, bursts);
      const isDone =
        this.turns.rounds > 0 && position >= wanted && (await this.count(COUNT_EVENTS).catch(() => 0)) >= wanted;
      if (isDone) return;
      if (performance.now() - toldMs > TELL_MS) {
        toldMs = performance.now();
        progress(`about ${position} of ${wanted} events; killed ${killsIn(this.kills)}`);
      }
      await this.killSome(bursts);
    }
  }

  /** A kill is worth something in the middle of work: waits until there was some. @returns the newest position. */
  private async grownFrom(before: number, bursts: Bursts): Promise<number> {
    const enough = before + 1 + this.random.below(2 * this.options.growth);
    let position = before;
    for (const untilMs = performance.now() + GROWTH_MS; performance.now() < untilMs; await sleep(GROWTH_LOOK_MS)) {
      const url = await this.program.ownerUrl();
      if (url === undefined) continue;
      bursts.start(url, this.options.bursts);
      position = await this.count(READ_POSITION).catch(() => before);
      if (position >= enough) break;
    }
    return position;
  }

  private async killSome(bursts: Bursts): Promise<void> {
    const victim = this.turns.next();
    if (victim === 'burst') {
      this.kills.burst += Math.min(1, bursts.count);
      return bursts.kill();
    }
    const pids = await this.program.pids();
    if (pids === undefined) return;
    this.kills[victim] += 1;
    if (victim === 'services') {
      const all = this.random.below(2) === 0;
      for (const pid of pids.services) if (all || this.random.below(2) === 0) killPid(pid);
      return;
    }
    bursts.loseDatabase();
    if (victim === 'database') killPid(pids.postgres);
    else await this.program.bringDown(pids, 'everything');
    // What was in the middle of a commit when the server went is killed before it can ask again.
    await bursts.kill(bursts.count);
    if (victim === 'everything') await this.program.start();
  }

  /** @returns how many redemptions had not ended when patience had. */
  private async calm(): Promise<number> {
    let left: number | undefined;
    for (const untilMs = performance.now() + CALM_MS; performance.now() < untilMs; await sleep(LOOK_MS)) {
      left = await this.count(COUNT_UNFINISHED).catch(() => undefined);
      if (left === 0) return 0;
    }
    return left ?? -1;
  }

  private async count(sql: string): Promise<number> {
    return (await this.program.query<{ count: number }>(sql))[0]?.count ?? 0;
  }
}

export function killsIn(kills: KilledResult['kills']): string {
  return Object.entries(kills)
    .map(([victim, count]) => `${victim} ${count}`)
    .join(', ');
}
