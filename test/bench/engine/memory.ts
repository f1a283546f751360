import { residentMb } from '../processes/process-usage.js';
import type { MemoryMb } from '../report/result.js';
import type { Engine } from './engine.js';

export function memoryOf(engine: Engine): MemoryMb {
  const api = residentMb(engine.api.pid) ?? null;
  const worker = residentMb(engine.worker.pid) ?? null;
  return { api, worker, together: api === null || worker === null ? null : Math.round((api + worker) * 10) / 10 };
}
