import { setTimeout as sleep } from 'node:timers/promises';
import type { Redemption } from '#domain';
import { LedgerError, type LedgerCommand } from '#ledger';
import { isDatabaseTrouble } from '#platform';
import type { SagaContext } from './saga-context.js';

const RECORD_TRIES_MAX = 5;
const RECORD_PAUSE_MS = 200;

export interface Stood {
  readonly written: boolean;
  /** As it stands after the command. */
  readonly redemption: Redemption;
}

/** Carries a command out. @throws LedgerError, DomainError */
export async function executeSagaCommand({ ledger }: SagaContext, command: LedgerCommand): Promise<Stood> {
  const executed = await ledger.execute(command);
  if (executed.outcome === 'repeated' || executed.redemption === undefined) {
    throw new TypeError('A command of the worker has no key and names a redemption; its answer must, too.');
  }
  return { written: executed.outcome === 'written', redemption: executed.redemption };
}

/**
 * Carries out a command that records what a provider said. It is worth some patience: if it is lost, the provider has to be asked again.
 * Repeating is safe, because the command keeps its id and the answer is accepted once.
 */
export async function recordAnswer(context: SagaContext, command: LedgerCommand): Promise<Stood> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await executeSagaCommand(context, command);
    } catch (error) {
      if (tries >= RECORD_TRIES_MAX || !passes(error)) throw error;
      await sleep(RECORD_PAUSE_MS * 2 ** tries);
    }
  }
}

/** Whether an error is the world's and goes away by itself. */
export function passes(error: unknown): boolean {
  if (error instanceof LedgerError) return error.code === 'LEDGER_OVERLOADED' || error.code === 'LEDGER_UNAVAILABLE';
  return isDatabaseTrouble(error);
}
