import type { Command } from 'commander';
import { addVerifyCommand } from './verify.command.js';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('Replay the ledger: prove it, and look back.').helpCommand(false);
  addVerifyCommand(audit);
}
