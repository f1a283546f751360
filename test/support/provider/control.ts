import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { send } from './call-answer.js';
import { applies, CALLS, MODES, type CallName, type ModeMix, type ProviderTraits } from './call-modes.js';
import type { PlannedCalls } from './call-plan.js';
import type { Effect } from './effect-log.js';
import { BadRequest, readJson } from './read-json.js';
import type { KeyTruth } from './voucher-desk.js';

export const controlPath = '/_sim/';

const planBody = z
  .strictObject({
    key: z.string().optional(),
    call: z.enum(CALLS as [CallName, ...CallName[]]),
    mode: z.enum(MODES),
    times: z.int().min(1).optional(),
    delayMs: z.number().min(0).optional(),
  })
  .refine(({ call, mode }) => applies(mode, call), 'this mode means nothing for this call');
const mixBody = z.partialRecord(z.enum(MODES), z.number().min(0));
const traitsBody = z
  .strictObject({
    idempotent: z.boolean(),
    lookup: z.union([z.literal('truth'), z.literal(404), z.literal(405)]),
    canCancel: z.boolean(),
  })
  .partial();
const useBody = z.strictObject({ code: z.string().min(1) });

/** The simulator as its control sees it. */
interface Controlled {
  plan(planned: PlannedCalls): void;
  forgetPlans(): void;
  useMix(mix: ModeMix): void;
  useTraits(traits: Partial<ProviderTraits>): void;
  use(code: string): Promise<'used' | 'not_valid' | 'unknown'>;
  effects(): readonly Effect[];
  truths(): ReadonlyMap<string, KeyTruth>;
  seen(): readonly { readonly call: string; readonly key: string; readonly mode: string }[];
  readonly counts: Readonly<Record<string, number>>;
  forgetSeen(): void;
  lateNow(): Promise<void>;
  down(): Promise<void>;
  up(): Promise<void>;
}

type Control = (simulator: Controlled, body: unknown) => unknown;

const USE_STATUS = { used: 200, not_valid: 409, unknown: 404 } as const;

/** What people and tests in other processes may tell the simulator, and ask it. */
const controls: Readonly<Record<string, Control>> = {
  'POST plan': (simulator, body) => {
    simulator.plan(parse(planBody, body));
  },
  'POST forget-plans': (simulator) => {
    simulator.forgetPlans();
  },
  'POST mix': (simulator, body) => {
    simulator.useMix(parse(mixBody, body));
  },
  'POST traits': (simulator, body) => {
    const traits = parse(traitsBody, body);
    simulator.useTraits(Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined)));
  },
  'POST late-now': (simulator) => simulator.lateNow(),
  'POST up': (simulator) => simulator.up(),
  'POST forget-seen': (simulator) => {
    simulator.forgetSeen();
  },
  'GET effects': (simulator) => simulator.effects(),
  'GET vouchers': (simulator) => Object.fromEntries(simulator.truths()),
  'GET seen': (simulator) => simulator.seen().map(({ call, key, mode }) => ({ call, key, mode })),
  'GET counts': (simulator) => simulator.counts,
};

export async function handleControl(
  simulator: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const name = `${request.method ?? ''} ${path.slice(controlPath.length)}`;
  const body = await readJson(request);
  if (name === 'POST use') {
    const outcome = await simulator.use(parse(useBody, body).code);
    return send(response, { status: USE_STATUS[outcome], body: { outcome } });
  }
  if (name === 'POST down') {
    // The answer goes out first: it may travel on a connection that is cut.
    response.once('finish', () => void simulator.down());
    return send(response, { status: 200, body: { data: null } });
  }
  const control = controls[name];
  if (control === undefined) {
    const known = ['POST use', 'POST down', ...Object.keys(controls)].map((each) =>
      each.replace(' ', ` ${controlPath}`),
    );
    return send(response, { status: 404, body: { error: 'no such control', known } });
  }
  send(response, { status: 200, body: { data: (await control(simulator, body)) ?? null } });
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body ?? {});
  if (read.success) return read.data;
  throw new BadRequest(
    read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
  );
}
