import type { Command } from 'commander';
import { addRebuildCommand } from './rebuild.command.js';

export function addProjectionsCommands(program: Command): void {
  const projections = program.command('projections').description('Tables that are folded from events.');
  addRebuildCommand(projections);
}
