import * as hdr from 'hdr-histogram-js';

const LONGEST_MICROS = 120_000_000;

/** Milliseconds. */
export interface LatencySummary {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Latencies in an HDR histogram: three significant digits from a microsecond to two minutes, and histograms can be added up. */
export class Latencies {
  private readonly histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MICROS,
    numberOfSignificantValueDigits: 3,
  });

  /** Adds up what `encode` gave. */
  static sum(encoded: readonly string[]): Latencies {
    const sum = new Latencies();
    for (const text of encoded) sum.histogram.add(hdr.decodeFromCompressedBase64(text));
    return sum;
  }

  record(ms: number): void {
    this.histogram.recordValue(Math.min(LONGEST_MICROS, Math.max(1, Math.round(ms * 1000))));
  }

  encode(): string {
    return hdr.encodeIntoCompressedBase64(this.histogram);
  }

  summary(): LatencySummary {
    const at = (percentile: number) => Math.round(this.histogram.getValueAtPercentile(percentile) / 10) / 100;
    return { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: at(100) };
  }
}
