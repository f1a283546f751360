/** Sums of a Prometheus text's series, by name: labels are added up. */
export function sumsOf(text: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-z_]+)(?:\{[^}]*\})? ([^ ]+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || name.endsWith('_bucket')) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return sums;
}
