import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerAs, send, type Answer } from './call-answer.js';
import { GOOD_TRAITS, type CallName, type ModeMix, type ProviderTraits } from './call-modes.js';
import { CallPlan, type ChosenMode, type PlannedCalls } from './call-plan.js';
import { foundAnswer, httpContract, type Asked, type Contract } from './contracts.js';
import { controlPath, handleControl } from './control.js';
import { EffectLog, type Effect } from './effect-log.js';
import { BadRequest, readJson } from './read-json.js';
import { VoucherDesk, type KeyTruth } from './voucher-desk.js';

export interface SimulatorOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** Where `/_sim/…` can be reached while the provider is down; 0 takes a free one. */
  readonly controlPort?: number;
  /** Where the effects are kept, so that a second start goes on from there. Unset: in memory. */
  readonly logFile?: string | undefined;
  readonly seed?: number;
  /** Of calls that nothing is planned for. Unset: fine. */
  readonly mix?: ModeMix;
  readonly traits?: Partial<ProviderTraits>;
  /** What every call takes at least. */
  readonly latencyMs?: number;
  /** How long `slow` and `late` take where a plan says nothing; at most that, where they come by chance. */
  readonly delayMs?: number;
  /** What it speaks. Unset: the `http` contract. */
  readonly contract?: Contract;
}

/** A call that reached the provider. */
export interface SeenCall {
  readonly call: CallName;
  readonly key: string;
  readonly mode: string;
  readonly headers: Readonly<Record<string, string>>;
  /** When it came in, in milliseconds since 1970. */
  readonly atMs: number;
}

const SEEN_MAX = 100_000;
const DELAY_MS = 60_000;

/** A call that the contract knows. */
type Call = Exclude<Asked, number>;

/**
 * A provider of vouchers with the `http` contract of the engine, or another one, over real HTTP, that fails in every way providers do.
 * What it did stands in its log, on disk before anybody is answered; what it sees is counted.
 */
export class ProviderSimulator {
  readonly #log: EffectLog;
  readonly #desk: VoucherDesk;
  readonly #plan: CallPlan;
  readonly #latencyMs: number;
  readonly #late = new Map<NodeJS.Timeout, () => void>();
  readonly #control: http.Server;
  readonly #contract: Contract;
  #server: http.Server;
  #traits: ProviderTraits;
  #seen: SeenCall[] = [];
  #inFlight = 0;
  #inFlightMax = 0;
  #strayRequests = 0;
  #port = 0;

  private constructor(options: SimulatorOptions) {
    const { logFile, seed = 1, mix = {}, traits, latencyMs = 0, delayMs = DELAY_MS, contract = httpContract } = options;
    this.#log = EffectLog.open(logFile);
    this.#desk = new VoucherDesk(this.#log);
    this.#plan = new CallPlan({ seed, mix, delayMs });
    this.#traits = { ...GOOD_TRAITS, ...traits };
    this.#latencyMs = latencyMs;
    this.#contract = contract;
    this.#control = this.#newServer();
    this.#server = this.#newServer();
  }

  static async start(options: SimulatorOptions = {}): Promise<ProviderSimulator> {
    const simulator = new ProviderSimulator(options);
    await listen(simulator.#server, options.port ?? 0);
    simulator.#port = portOf(simulator.#server);
    await listen(simulator.#control, options.controlPort ?? 0);
    return simulator;
  }

  /** The `baseUrl` to configure. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where `/_sim/…` answers, even while the provider is down. */
  get controlUrl(): string {
    return `http://127.0.0.1:${portOf(this.#control)}`;
  }

  plan(planned: PlannedCalls): void {
    this.#plan.plan(planned);
  }

  forgetPlans(): void {
    this.#plan.forgetPlans();
  }

  useMix(mix: ModeMix): void {
    this.#plan.useMix(mix);
  }

  useTraits(traits: Partial<ProviderTraits>): void {
    this.#traits = { ...this.#traits, ...traits };
  }

  /** A shopper comes with a code. */
  async use(code: string): Promise<'used' | 'not_valid' | 'unknown'> {
    const outcome = this.#desk.use(code);
    await this.#log.flushed();
    return outcome;
  }

  effects(): readonly Effect[] {
    return this.#log.effects;
  }

  truth(key: string): KeyTruth | undefined {
    return this.#desk.truth(key);
  }

  truths(): ReadonlyMap<string, KeyTruth> {
    return this.#desk.keys();
  }

  /** The calls that came in, the oldest first. */
  seen(): readonly SeenCall[] {
    return this.#seen;
  }

  get counts() {
    return {
      calls: this.#seen.length,
      inFlight: this.#inFlight,
      inFlightMax: this.#inFlightMax,
      /** Requests that are no calls of the contract: whoever followed a redirect, for example. */
      strayRequests: this.#strayRequests,
      latePending: this.#late.size,
    };
  }

  /** Starts counting anew; what was issued stays. */
  forgetSeen(): void {
    this.#seen = [];
    this.#inFlightMax = this.#inFlight;
    this.#strayRequests = 0;
  }

  /** What is late happens now, in the order it was asked for. */
  async lateNow(): Promise<void> {
    for (const [timer, happen] of this.#late) {
      clearTimeout(timer);
      happen();
    }
    this.#late.clear();
    await this.#log.flushed();
  }

  /** Refuses connections from now on; those there are, are cut. */
  async down(): Promise<void> {
    if (!this.#server.listening) return;
    await closeServer(this.#server);
  }

  async up(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = this.#newServer();
    await listen(this.#server, this.#port);
  }

  /** Cuts everything off. What was late and has not happened yet never will. */
  async stop(): Promise<void> {
    for (const timer of this.#late.keys()) clearTimeout(timer);
    this.#late.clear();
    await Promise.all([this.down(), closeServer(this.#control)]);
    await this.#log.close();
  }

  #newServer(): http.Server {
    return http.createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        if (error instanceof BadRequest) send(response, { status: 400, body: { error: error.message } });
        else response.destroy(error as Error);
      });
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path.startsWith(controlPath)) return handleControl(this, request, response, path);
    this.#inFlight += 1;
    this.#inFlightMax = Math.max(this.#inFlightMax, this.#inFlight);
    response.once('close', () => (this.#inFlight -= 1));
    const headers = plainHeaders(request);
    const body = await readJson(request);
    const asked = this.#contract.read({ method: request.method ?? '', path, headers, body });
    if (asked === undefined) throw new BadRequest('no request of the contract');
    if (typeof asked === 'number') {
      this.#strayRequests += 1;
      return send(response, { status: asked, body: { error: 'no such call, or not as the contract has it' } });
    }
    const chosen = this.#plan.choose(asked.call, asked.key);
    this.#see({ call: asked.call, key: asked.key, mode: chosen.mode, headers, atMs: Date.now() });
    if (this.#latencyMs > 0) await sleep(this.#latencyMs);
    await this.#perform(asked, chosen, response);
  }

  async #perform(asked: Call, { mode, delayMs }: ChosenMode, response: ServerResponse): Promise<void> {
    if (mode === 'ignored') return;
    if (mode === 'unavailable') return send(response, { status: 503, body: { error: 'unavailable' } });
    if (mode === 'declined') return send(response, this.#contract.declined('sold out'));
    if (mode === 'late') {
      const timer = setTimeout(() => {
        this.#late.delete(timer);
        happen();
      }, delayMs);
      const happen = () => {
        this.#do(asked, mode);
        void this.#log.flushed();
      };
      this.#late.set(timer, happen);
      return;
    }
    if (mode === 'slow') await sleep(delayMs);
    const answer = this.#do(asked, mode);
    // Nobody hears of what is not on disk.
    await this.#log.flushed();
    answerAs(mode, response, answer);
  }

  #do(asked: Call, mode: string): Answer {
    const { call, key } = asked;
    switch (call) {
      case 'issue':
        return this.#issue(asked, mode);
      case 'find':
        return mode === 'not_found' ? { status: 404 } : this.#find(key);
      case 'cancel':
        if (!this.#traits.canCancel) return { status: 405 };
        return this.#contract.cancelled(this.#desk.cancel(key));
    }
  }

  #issue({ key, code }: Call, mode: string): Answer {
    const again = mode === 'another_code' || !this.#traits.idempotent;
    const issued = this.#desk.issue(key, again ? 'again' : mode === 'same_code' ? 'same_code' : 'once', code);
    if (issued.kind === 'refused') return this.#contract.declined('cancelled');
    if (mode === 'forgets') this.#desk.forget(key);
    return this.#contract.issued(issued.voucher, issued.isNew);
  }

  #find(key: string): Answer {
    if (this.#traits.lookup !== 'truth') return { status: this.#traits.lookup };
    const found = this.#desk.find(key);
    if (found === undefined) return { status: 404, body: { error: 'not found' } };
    return foundAnswer(found.state, found.voucher);
  }

  #see(call: SeenCall): void {
    if (this.#seen.length < SEEN_MAX) this.#seen.push(call);
  }
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function portOf(server: http.Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve();
    });
  });
}

function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
