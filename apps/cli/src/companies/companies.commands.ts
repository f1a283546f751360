import type { Command } from 'commander';
import { addCreateCompanyCommand } from './create.command.js';
import { addListCompaniesCommand } from './list.command.js';

export function addCompaniesCommands(program: Command): void {
  const companies = program.command('companies').description('Open companies, and list them.').helpCommand(false);
  addCreateCompanyCommand(companies);
  addListCompaniesCommand(companies);
}
