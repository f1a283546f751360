import { describe, expect, it, jest } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from './program.js';
import { runCli } from './run-cli.js';

/** The commands that do something, by their words. */
function leaves(command: Command, words: readonly string[] = []): [string, Command][] {
  const { commands } = command;
  if (commands.length === 0) return [[words.join(' '), command]];
  return commands.flatMap((sub) => leaves(sub, [...words, sub.name()]));
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

const commands = leaves(createProgram());

describe('The command line', () => {
  it('has these commands', () => {
    expect(commands.map(([words]) => words)).toEqual([
      'audit verify',
      'audit replay',
      'audit trace',
      'audit liability',
      'audit checkpoint',
      'audit prove',
      'audit export',
      'audit import',
      'projections rebuild',
      'redemptions flagged',
      'redemptions show',
      'redemptions resolve',
      'companies create',
      'companies list',
      'keys create',
      'keys list',
      'keys revoke',
      'migrate',
    ]);
  });

  it.each(commands)('%s takes --json and shows how it is called', (words, command) => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
    expect(helpOf(command)).toMatch(new RegExp(`Examples?:\\n {2}\\$ npm run (-s )?holdfast -- ${words}\\b`));
  });

  it('says where its database is and what its exit codes mean', () => {
    expect(helpOf(createProgram())).toMatch(/DATABASE_URL[^]+DATA_DIR[^]+Exit codes: 0 done, 1 could not run, 2/);
  });
});

describe('Arguments that can’t be right', () => {
  it.each([
    [['companies', 'create', ''], 'name'],
    [['companies', 'create'], 'name'],
    [['companies', 'create', 'x', '--currency', 'euro'], 'ISO 4217'],
    [['companies', 'list', '--limit', '1001'], '1 to 1000'],
    [['keys', 'create', '--company', '1', '--name', 'x', '--scope', 'everything'], 'redemptions:write'],
    [['keys', 'create', '--company', '1', '--scope', 'audit:read'], '--name'],
    [['keys', 'list', '--company', '0'], 'whole number'],
    [['keys', 'revoke', 'x', '--company', '1'], 'UUID'],
    [['redemptions', 'flagged', '--before', 'yesterday'], 'page before'],
    [['audit', 'verify', '--threads', '0'], 'whole number'],
    [['audit', 'replay', '--at', '2026-03-31'], 'RFC 3339'],
    [['audit', 'replay'], '--at'],
    [['audit', 'trace', 'x'], 'UUID'],
    [['audit', 'liability', '--at', '2026-03-31T00:00:00Z', '--by', 'week'], 'month'],
    [['redemptions', 'flagged', 'all'], 'too many arguments'],
  ])('%j: one line says which, before any database is asked', async (args, reason) => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await runCli(args)).toBe(1);
      const text = written.mock.calls.map(([part]) => String(part)).join('');
      expect(text).toContain(reason);
      expect(text).toMatch(/^holdfast: .+\n$/);
    } finally {
      written.mockRestore();
    }
  });
});
