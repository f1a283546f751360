import type { Command } from 'commander';
import { addLiabilityCommand } from './liability.command.js';
import { addReplayCommand } from './replay.command.js';
import { addTraceCommand } from './trace.command.js';
import { addCheckpointCommand } from './checkpoint.command.js';
import { addExportCommand } from './export.command.js';
import { addImportCommand } from './import.command.js';
import { addProveCommand } from './prove.command.js';
import { addVerifyCommand } from './verify.command.js';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('Replay the ledger: prove it, and look back.').helpCommand(false);
  addVerifyCommand(audit);
  addReplayCommand(audit);
  addTraceCommand(audit);
  addLiabilityCommand(audit);
  addCheckpointCommand(audit);
  addProveCommand(audit);
  addExportCommand(audit);
  addImportCommand(audit);
}
