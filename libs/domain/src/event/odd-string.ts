/** A string that is escaped or isn't ASCII, and the place behind its closing quote. */
export interface OddString {
  readonly value: string;
  readonly end: number;
}

/** A string in its quotes that stands as it is: whoever would write it again would write the same. */
const UNESCAPED = /^"[ !#-[\]-\ud7ff\ue000-\uffff]*"$/;

/**
 * The string whose opening quote stands at `at`, if it stands as RFC 8785 writes it, and before `limit`; else undefined.
 * @param latin1 UTF-8, each byte a character.
 */
export function oddString(latin1: string, at: number, limit: number): OddString | undefined {
  let end = at + 1;
  while (latin1[end] !== '"') {
    if (end >= limit) return undefined;
    end += latin1[end] === '\\' ? 2 : 1;
  }
  end += 1;
  const quoted = fromUtf8(latin1.slice(at, end));
  if (quoted === undefined) return undefined;
  const value = UNESCAPED.test(quoted) ? quoted.slice(1, -1) : parsed(quoted);
  return value === undefined ? undefined : { value, end };
}

function parsed(quoted: string): string | undefined {
  try {
    const value = JSON.parse(quoted) as string;
    return JSON.stringify(value) === quoted ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where the bytes are not UTF-8. */
function fromUtf8(latin1: string): string | undefined {
  const percent = latin1.replace(/[%\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  try {
    return decodeURIComponent(percent);
  } catch {
    return undefined;
  }
}
