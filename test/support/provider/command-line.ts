import { Command, InvalidArgumentError, Option } from 'commander';
import { MODES, WORST_MIX, type CallMode, type ModeMix } from './call-modes.js';
import { ProviderSimulator } from './provider-simulator.js';

interface Flags {
  readonly port: number;
  readonly controlPort?: number;
  readonly mode: CallMode | 'worst';
  readonly mix?: ModeMix;
  readonly seed: number;
  readonly latencyMs: number;
  readonly delayMs: number;
  readonly log?: string;
  readonly idempotency: boolean;
  readonly lookup: 'truth' | '404' | '405';
  readonly cancel: boolean;
  readonly api: string;
}

const EXAMPLES = `
Modes: ${MODES.join(', ')}; "worst" is a mix of what honest providers do on their worst day.

While it runs, on /_sim of its own port or, when it is down, of the control port:
  curl -X POST localhost:4010/_sim/plan -d '{"call":"issue","mode":"hang","times":3}'
  curl -X POST localhost:4010/_sim/plan -d '{"call":"issue","mode":"late","delayMs":20000}'
  curl -X POST localhost:4010/_sim/late-now
  curl -X POST localhost:4010/_sim/mix -d '{"fine":90,"drop":10}'
  curl -X POST localhost:4010/_sim/use -d '{"code":"SIM-…"}'
  curl -X POST localhost:4010/_sim/down ; curl -X POST localhost:4011/_sim/up
  curl localhost:4010/_sim/effects ; curl localhost:4010/_sim/vouchers ; curl localhost:4010/_sim/counts
`;

/** Runs a simulated provider until it is told to stop. */
export async function runProviderSim(args: readonly string[]): Promise<void> {
  const flags = new Command('npm run provider-sim --')
    .description('A provider of vouchers that fails in every way providers do, to try the engine with.')
    .option('--port <number>', 'where the provider listens', wholeNumber, 4010)
    .option(
      '--control-port <number>',
      'where /_sim answers too, even when the provider is down (default: the next port)',
      wholeNumber,
    )
    .addOption(new Option('--mode <mode>', 'what happens to every call').choices([...MODES, 'worst']).default('fine'))
    .option('--mix <mode=weight,…>', 'what happens by chance, for example fine=90,hang=5,error=5', mixOf)
    .option('--seed <number>', 'the same seed and calls, the same chances', wholeNumber, 1)
    .option('--latency-ms <number>', 'what every call takes at least', wholeNumber, 0)
    .option('--delay-ms <number>', 'what slow and late calls take at most', wholeNumber, 60_000)
    .option('--log <file>', 'keep the effects there, and go on from there at the next start')
    .option('--no-idempotency', 'every issue makes another code')
    .addOption(new Option('--lookup <answer>', 'what find answers').choices(['truth', '404', '405']).default('truth'))
    .option('--no-cancel', 'cancel answers 405')
    .option('--api <url>', 'the engine, for the call that is printed', 'http://127.0.0.1:3000')
    .addHelpText('after', EXAMPLES)
    .parse(args, { from: 'user' })
    .opts<Flags>();
  const simulator = await ProviderSimulator.start({
    port: flags.port,
    controlPort: flags.controlPort ?? (flags.port === 0 ? 0 : flags.port + 1),
    seed: flags.seed,
    mix: flags.mix ?? (flags.mode === 'worst' ? WORST_MIX : { [flags.mode]: 1 }),
    traits: {
      idempotent: flags.idempotency,
      lookup: flags.lookup === 'truth' ? 'truth' : flags.lookup === '404' ? 404 : 405,
      canCancel: flags.cancel,
    },
    latencyMs: flags.latencyMs,
    delayMs: flags.delayMs,
    logFile: flags.log,
  });
  console.log(welcome(simulator, flags));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
  await simulator.stop();
}

function welcome({ baseUrl, controlUrl }: ProviderSimulator, { api, idempotency, lookup, cancel }: Flags): string {
  const config = {
    baseUrl,
    ...(idempotency ? {} : { idempotent: false }),
    ...(lookup === 'truth' ? {} : { canLookup: false }),
    ...(cancel ? {} : { canCancel: false }),
  };
  return `The provider listens on ${baseUrl}, its control on ${controlUrl}/_sim/.

Tell the engine of it (COMPANY is a company's id, ADMIN_API_KEY the engine's):

  curl -X PUT ${api}/admin/v1/companies/$COMPANY/voucher-providers/simulator \\
    -H "x-admin-key: $ADMIN_API_KEY" -H 'content-type: application/json' \\
    -d '${JSON.stringify({ kind: 'http', config, default: true })}'

Ctrl-C stops it.`;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function mixOf(text: string): ModeMix {
  const entries = text.split(',').map((entry) => {
    const [mode, weight] = entry.split('=');
    if (!(MODES as readonly string[]).includes(mode ?? '')) {
      throw new InvalidArgumentError(`There is no mode "${mode ?? ''}".`);
    }
    return [mode, wholeNumber(weight ?? '')] as const;
  });
  return Object.fromEntries(entries) as ModeMix;
}
