import type { Executed, LedgerCommand } from '#ledger';
import type { LedgerConfig } from '#platform';
import type { MixedWork } from './mixed-work.js';

/** What a parent asks of a ledger's process. */
export type Request =
  | { readonly do: 'open'; readonly connectionString: string; readonly ledger: Partial<LedgerConfig> }
  | { readonly do: 'execute'; readonly commands: readonly LedgerCommand[]; readonly beginAtMs: number }
  | { readonly do: 'work'; readonly work: MixedWork };

export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string };

/** What became of one command: its outcome, or the code of its refusal. */
export type Settled = { readonly executed: Executed } | { readonly code: string };
