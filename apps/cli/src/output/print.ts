/** Prints what a command found: as one JSON value where `--json` asks for it, else the text that `text` makes of it. */
export function print<T>({ json }: { readonly json?: true }, value: T, text: (value: T) => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value, undefined, 2)}\n` : text(value));
}

/** `names` beside their values, one a line. */
export function facts(pairs: readonly (readonly [name: string, value: string | null | undefined])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value ?? ''}\n`).join('');
}
