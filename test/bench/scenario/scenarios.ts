import type { Scenario } from './scenario.js';
import { spread } from './spread.js';

const scenarios: readonly Scenario[] = [spread];

export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name);

export function scenarioNamed(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
