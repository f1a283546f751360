import type { Command } from 'commander';
import { companyOption, id, JSON_FLAG, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { printable, table, type Column } from '../output/table.js';
import { findRedemption } from '../redemptions/find-redemption.js';
import { readStory, type RedemptionStory, type StoryEvent } from '../redemptions/read-story.js';
import { eventsText, standingText } from '../redemptions/story-text.js';
import { withDatabase } from '../session/database-session.js';

interface TraceOptions extends JsonOption {
  readonly company?: number;
}

export function addTraceCommand(parent: Command): void {
  parent
    .command('trace')
    .description('Tell one redemption’s story event by event: who, by which command, under which trace.')
    .argument('<redemptionId>', 'its id', id)
    .addOption(companyOption('the company it belongs to; found by itself when left out'))
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run holdfast -- audit trace 0198c0de-0000-7000-8000-000000000000
  $ npm run -s holdfast -- audit trace 0198c0de-0000-7000-8000-000000000000 --company 7 --json`,
    )
    .action(trace);
}

async function trace(redemptionId: string, { company, ...output }: TraceOptions): Promise<void> {
  const story = await withDatabase(async (session) =>
    readStory(session, await findRedemption(session, redemptionId, company)),
  );
  print(output, story, traceText);
}

const columns: readonly Column<StoryEvent>[] = [
  { heading: 'VERSION', value: ({ version }) => version, alignRight: true },
  { heading: 'EVENT', value: ({ type }) => type },
  { heading: 'ACTOR', value: ({ actor }) => `${actor.kind} ${actor.id}` },
  { heading: 'TRACE', value: ({ traceId }) => printable(traceId ?? '') },
  { heading: 'COMMAND', value: ({ causationId }) => causationId },
  { heading: 'EVENT ID', value: ({ id }) => id },
];

/** How it stands, what each event did, and where each came from. */
function traceText({ redemption, events }: RedemptionStory): string {
  return `${standingText(redemption)}\n${eventsText(events)}\n${table(columns, events)}`;
}
