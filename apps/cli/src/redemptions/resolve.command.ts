import { userInfo } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { DomainError, flagOutcomes, shownEvent, type FlagOutcome, type ShownEvent } from '#domain';
import { resolutionMessage, type FlagResolution, type RedemptionKey } from '#ledger';
import { sealVoucher, VOUCHER_CODE } from '#vouchers';
import { CliFailure } from '../failure/cli-failure.js';
import { companyOption, id, JSON_FLAG, name, note, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { withDatabase, type DatabaseSession } from '../session/database-session.js';
import { withLedger } from '../session/ledger-session.js';
import { findRedemption, noRedemption } from './find-redemption.js';
import { readStory, type RedemptionStory } from './read-story.js';
import { eventsText, standingText } from './story-text.js';

interface ResolveOptions extends JsonOption {
  readonly outcome: FlagOutcome;
  readonly code?: string;
  readonly note: string;
  readonly actor: string;
  readonly company?: number;
}

const outcomes = (flagOutcomes.schema as { readonly enum: readonly FlagOutcome[] }).enum;

export function addResolveCommand(parent: Command): void {
  parent
    .command('resolve')
    .description('Say what became of a flagged redemption. The engine goes on from there.')
    .argument('<redemptionId>', 'its id', id)
    .addOption(new Option('--outcome <outcome>', 'what became of it').choices(outcomes).makeOptionMandatory())
    .requiredOption('--note <text>', 'how you know; kept beside the event, up to 2000 characters', note)
    .option('--code <code>', 'the voucher’s code; with the outcome "issued", and only then', voucherCode)
    .option('--actor <name>', 'whose word it is; stays on the event for ever', name, whoRunsThis())
    .addOption(companyOption('the company it belongs to; found by itself when left out'))
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Outcomes:
  issued       the provider did issue a voucher, with this --code: the redemption goes on with it
  not_issued   no voucher was issued, nor ever will be: the points go back
  voided       the voucher can't be used any more: the points go back
  used         the voucher was used: the points stay burned
  accept_loss  nobody will ever know: the points go back, or stay back, and the voucher counts as finished

Examples:
  $ npm run holdfast -- redemptions resolve 0198c0de-0000-7000-8000-000000000000 \\
      --outcome voided --note "Shop support, ticket 4711"
  $ npm run holdfast -- redemptions resolve 0198c0de-0000-7000-8000-000000000000 \\
      --outcome issued --code SPRING-7Q2M --note "Found in the shop’s list"`,
    )
    .action(resolve);
}

interface Resolved extends Pick<RedemptionStory, 'redemption'> {
  readonly outcome: FlagOutcome;
  /** What this resolution wrote. */
  readonly events: readonly ShownEvent[];
}

async function resolve(redemptionId: string, options: ResolveOptions): Promise<void> {
  const { outcome, code, note, actor: resolvedBy, company, ...output } = options;
  if ((outcome === 'issued') !== (code !== undefined)) {
    throw new CliFailure('Give --code with the outcome "issued", and only then.');
  }
  const resolution = { outcome, code, note, resolvedBy, idempotencyKey: undefined };
  const resolved = await withDatabase(async (session) => {
    const key = await findRedemption(session, redemptionId, company);
    const events = await tellOutcome(session, key, resolution).catch((error: unknown) => {
      throw explained(error, redemptionId);
    });
    const { redemption } = await readStory(session, key);
    return { outcome, redemption, events };
  });
  print(output, resolved, resolvedText);
}

/** As the administrator's call over HTTP does it. */
async function tellOutcome(
  session: DatabaseSession,
  key: RedemptionKey,
  resolution: FlagResolution,
): Promise<readonly ShownEvent[]> {
  return withLedger(session, async ({ codes, tell }) => {
    const { code } = resolution;
    const voucher =
      code === undefined ? undefined : sealVoucher(codes, key, { code, externalId: undefined, expiresAt: undefined });
    const told = await tell({ ...resolutionMessage(key, resolution, voucher), traceId: undefined });
    if (told === undefined) throw noRedemption(key.redemptionId, key.companyId);
    return told.executed.outcome === 'repeated' ? [] : told.executed.events.map((event) => shownEvent(event));
  });
}

function explained(error: unknown, redemptionId: string): unknown {
  if (!(error instanceof DomainError) || error.code !== 'FLAG_OUTCOME_NOT_APPLICABLE') return error;
  const look = `npm run holdfast -- redemptions show ${redemptionId}`;
  return new CliFailure(`${error.message} It may have been resolved already: look with "${look}". (${error.code})`);
}

function resolvedText({ outcome, redemption, events }: Resolved): string {
  const rest = redemption.finished ? '' : '\nThe worker goes on from here.\n';
  return `Resolved as ${outcome}. It now stands so:\n\n${standingText(redemption)}\n${eventsText(events)}${rest}`;
}

function voucherCode(text: string): string {
  if (VOUCHER_CODE.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 256 printable characters.');
}

/** The name of whoever is logged in; a container's user may have none. */
function whoRunsThis(): string {
  const named = process.env['USER'];
  if (named !== undefined && named !== '') return named;
  try {
    return userInfo().username;
  } catch {
    return 'admin';
  }
}
