import { ProviderSimulator } from '../../support/provider/index.js';
import { serveTasks } from '../processes/tasks.js';
import type { ScenarioProvider } from '../scenario/scenario.js';

/** What a provider's process can be asked for. */
export interface ProviderTasks {
  /** Opens it. */
  open(setup: ScenarioProvider): Promise<{ readonly baseUrl: string }>;
}

/** A call that hangs was done: the voucher is there, and its answer never comes. */
async function open({ latencyMs, timeoutShare }: ScenarioProvider): Promise<{ readonly baseUrl: string }> {
  const mix = { fine: 1 - timeoutShare, hang: timeoutShare };
  const { baseUrl } = await ProviderSimulator.start({ latencyMs, mix });
  return { baseUrl };
}

serveTasks<ProviderTasks>({ open });
