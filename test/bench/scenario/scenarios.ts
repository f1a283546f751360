import { accept } from './accept.js';
import { bitbybit, bonifiq, yotpo } from './dialects.js';
import { delayed } from './delayed.js';
import { halfReads } from './half-reads.js';
import { hot } from './hot.js';
import { mixed } from './mixed.js';
import { provider } from './provider.js';
import { repeats } from './repeats.js';
import type { Scenario } from './scenario.js';
import { spread } from './spread.js';
import { tenants } from './tenants.js';

const scenarios: readonly Scenario[] = [
  spread,
  hot,
  accept,
  delayed,
  provider,
  tenants,
  repeats,
  mixed,
  halfReads,
  bitbybit,
  yotpo,
  bonifiq,
];

export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name);

export function scenarioNamed(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
