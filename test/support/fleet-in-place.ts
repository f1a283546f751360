import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceFleet } from './service-fleet.js';
import type { ServiceProcess } from './service-process.js';

const APIS = 2;
const WORKERS = 3;
const TURN_MS = 1_500;
/** A process sees a setting that another has changed within a second. */
const KNOWN_TO_ALL_MS = 1_100;
const SETTINGS = /^\/(admin|bitlogin)\//;

/**
 * A fleet in the place of one API and one worker, for suites that were written for those: calls go to the APIs in turn, and all the time a new process
 * joins and the oldest leaves, as in a roll-out.
 */
export class FleetInPlace {
  private turn = 0;
  private stopping = false;
  private turning: Promise<void> | undefined;

  private constructor(private readonly fleet: ServiceFleet) {}

  /** Whether suites are to be run so (`npm run prove:scale -- --suite`). */
  static get isWanted(): boolean {
    return process.env['HOLDFAST_TEST_FLEET'] === 'true';
  }

  static async open(env: Readonly<Record<string, string>>): Promise<FleetInPlace> {
    const fleet = new ServiceFleet(env);
    await Promise.all(Array.from({ length: APIS }, () => fleet.join('api')));
    const opened = new FleetInPlace(fleet);
    opened.turning = opened.rollOut();
    return opened;
  }

  async startWorkers(): Promise<void> {
    await Promise.all(Array.from({ length: WORKERS }, () => this.fleet.join('worker')));
  }

  /** Where the next call goes. */
  nextUrl(): string {
    const { apis } = this.fleet;
    return apis[(this.turn += 1) % apis.length]?.url ?? '';
  }

  /** Resolves when all of them know what a call has changed: at once, unless that was a setting. */
  async know(method: string, path: string): Promise<void> {
    if (['PUT', 'DELETE'].includes(method) && SETTINGS.test(path)) await sleep(KNOWN_TO_ALL_MS);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.turning;
    await this.fleet.stop();
  }

  private async rollOut(): Promise<void> {
    for (let round = 0; !this.stopping; round += 1) {
      await sleep(TURN_MS);
      const kinds: readonly (readonly ServiceProcess[])[] = [this.fleet.apis, this.fleet.workers];
      const oldest = kinds[round % kinds.length]?.[0];
      if (this.stopping || oldest === undefined) continue;
      await this.fleet.join(oldest.service);
      await this.fleet.leave(oldest);
    }
  }
}
