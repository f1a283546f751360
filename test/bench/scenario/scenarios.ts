import { neighbour } from './neighbour.js';
import { provider } from './provider.js';
import type { Scenario } from './scenario.js';
import { spread } from './spread.js';

const scenarios: readonly Scenario[] = [spread, provider, neighbour];

export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name);

export function scenarioNamed(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
