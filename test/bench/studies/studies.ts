import { dialects } from './dialects.js';
import { growth } from './growth.js';
import { latency } from './latency.js';
import { neighbour } from './neighbour.js';
import { overload } from './overload.js';
import { rebuild } from './rebuild.js';
import { profile } from './profile.js';
import { soak } from './soak.js';
import { start } from './start.js';
import type { Study } from './study.js';

const studies: readonly Study[] = [neighbour, latency, growth, soak, start, overload, dialects, profile, rebuild];

export const studyNames: readonly string[] = studies.map(({ name }) => name);

export function studyNamed(name: string): Study | undefined {
  return studies.find((study) => study.name === name);
}
