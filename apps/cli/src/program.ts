import { Command } from 'commander';
import { addAuditCommands } from './audit/audit.commands.js';
import { addCompaniesCommands } from './companies/companies.commands.js';
import { addKeysCommands } from './keys/keys.commands.js';
import { addMigrateCommand } from './migrate/migrate.command.js';
import { addProjectionsCommands } from './projections/projections.commands.js';
import { addRedemptionsCommands } from './redemptions/redemptions.commands.js';

/** All commands. Each subject adds its own; settings made here hold for all that are added after them. */
export function createProgram(): Command {
  const program = new Command('holdfast')
    .description('Looks after a redemption engine: its companies, keys, flagged redemptions and database.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'holdfast: ')) })
    .helpCommand(false)
    .addHelpText(
      'after',
      `
The database is the one at DATABASE_URL; without it, the embedded one that "npm start" runs under DATA_DIR.
Every command takes --json; use "npm run -s" when a program reads it.
Exit codes: 0 done, 1 could not run, 2 an audit found something.

Examples:
  $ npm run holdfast -- redemptions flagged
  $ npm run holdfast -- redemptions resolve --help
  $ npm run -s holdfast -- companies list --json`,
    );
  addAuditCommands(program);
  addProjectionsCommands(program);
  addRedemptionsCommands(program);
  addCompaniesCommands(program);
  addKeysCommands(program);
  addMigrateCommand(program);
  return program;
}
