import type { Command } from 'commander';
import { addFlaggedCommand } from './flagged.command.js';
import { addResolveCommand } from './resolve.command.js';
import { addShowCommand } from './show.command.js';

export function addRedemptionsCommands(program: Command): void {
  const redemptions = program
    .command('redemptions')
    .description('Look at redemptions, and say what became of those that are flagged.')
    .helpCommand(false);
  addFlaggedCommand(redemptions);
  addShowCommand(redemptions);
  addResolveCommand(redemptions);
}
