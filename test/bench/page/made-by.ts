import type { Provenance } from '../report/provenance.js';
import { stolenPercent } from '../report/stolen-time.js';

/** Of each core, before the run: a run right after another leaves 1.7. */
const BUSY = 2;

/** A machine that others were working on says so beside its figure. */
export function madeBy({ machine, stolenShare, at }: Provenance): string {
  const busy = machine.loadBefore > BUSY ? `, **machine busy** (load ${machine.loadBefore} a core before)` : '';
  const stolen = stolenPercent(stolenShare);
  const taken = stolen === undefined ? '' : `, **the host took ${stolen}** of the processors`;
  return `${machine.commit ?? 'unknown'}, ${at.slice(0, 10)}${busy}${taken}`;
}
