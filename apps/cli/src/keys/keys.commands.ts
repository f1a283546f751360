import type { Command } from 'commander';
import { addCreateKeyCommand } from './create.command.js';
import { addListKeysCommand } from './list.command.js';
import { addRevokeKeyCommand } from './revoke.command.js';

export function addKeysCommands(program: Command): void {
  const keys = program.command('keys').description('Make, list and revoke API keys.').helpCommand(false);
  addCreateKeyCommand(keys);
  addListKeysCommand(keys);
  addRevokeKeyCommand(keys);
}
