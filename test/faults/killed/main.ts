import { parseArgs } from 'node:util';
import { killsIn, runKilled, type KilledResult, type Victim } from './killed-run.js';

/** Most kills hit a group in the middle. */
const TURNS: readonly [Victim, ...Victim[]] = [
  'burst',
  'burst',
  'burst',
  'burst',
  'burst',
  'burst',
  'services',
  'services',
  'services',
  'database',
  'everything',
];

const USAGE = `npm run prove:killed -- [options]

  --events N   events that the ledger has at the end (default 1000000; some minutes and 3 GB of disk)
  --seed N     the seed of an earlier run
  --json       one JSON object instead of the line

Exit code: 0, 1 if it could not run, 2 if the audit has findings or an answer doesn't stand.
`;

/** Progress on standard error, the outcome on standard output. Ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  let options;
  try {
    options = parseArgs({
      args: [...args],
      options: {
        events: { type: 'string', default: '1000000' },
        seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
    if (![options.events, options.seed].every((text) => /^\d{1,10}$/.test(text))) {
      throw new Error('--events and --seed take whole numbers.');
    }
  } catch (error) {
    process.stderr.write(`killed: ${(error as Error).message}\n${USAGE}`);
    process.exit(1);
  }
  if (options.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stderr.write('killed: Stopping …\n');
      stopping.abort(new Error('The run was stopped.'));
    });
  }
  const result = await runKilled({
    events: Number(options.events),
    seed: Number(options.seed),
    width: 12,
    bursts: 2,
    burstCallers: 1_000,
    turns: TURNS,
    growth: 8_000,
    secondsMax: Number.POSITIVE_INFINITY,
    progress: (what) => process.stderr.write(`killed: ${what}\n`),
    signal: stopping.signal,
  });
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${lineOf(result)}\n`);
  process.exit(isHonest(result) ? 0 : 2);
}

function isHonest({ broken, unfinished, verify }: KilledResult): boolean {
  return broken.length === 0 && unfinished === 0 && verify.findingsTotal === 0;
}

function lineOf(result: KilledResult): string {
  const { events, kills, seconds, answers, broken, unfinished, verify } = result;
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0);
  return [
    ...broken.slice(0, 20),
    ...verify.findings.slice(0, 20).map((finding) => JSON.stringify(finding)),
    `${events} events in ${seconds} s under ${total} kills (${killsIn(kills)}): ${answers} answers, ${broken.length} of them broken; ` +
      `${unfinished} redemptions unfinished; audit verify in ${verify.seconds.toFixed(1)} s: ${verify.findingsTotal} findings`,
  ].join('\n');
}
