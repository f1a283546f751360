import type { Config } from '../config/config.js';
import type { Tracer } from './tracer.js';

/** The tracer of a process, or none where no collector is configured; only then is OpenTelemetry loaded. */
export async function openTracer(config: Pick<Config, 'otlpEndpoint'>, app: string): Promise<Tracer | undefined> {
  if (config.otlpEndpoint === undefined) return undefined;
  const { OtlpTracer } = await import('./otlp-tracer.js');
  return new OtlpTracer(config.otlpEndpoint, app);
}
