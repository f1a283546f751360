/**
 * Brazilian documents: CPF of a person (11 digits), CNPJ of a company (12 digits or, since July 2026, letters too, and two check digits).
 * Both end in two check digits, each a weighted sum modulo 11.
 */

const PUNCTUATION = /[.\-/\s]/g;
const CPF = /^\d{11}$/;
const CNPJ = /^[0-9A-Z]{12}\d{2}$/;
/** How people and tills write them: with all of their punctuation. */
const WRITTEN = /^(?:\d{3}\.\d{3}\.\d{3}-\d{2}|[0-9A-Za-z]{2}\.[0-9A-Za-z]{3}\.[0-9A-Za-z]{3}\/[0-9A-Za-z]{4}-\d{2})$/;
const ALL_THE_SAME = /^(.)\1+$/;
/** Where letters begin to count: `0` is 0, `A` is 17. */
const ZERO = '0'.charCodeAt(0);

/** Whether a text can be nothing but a document, right or wrong. */
export function isWrittenAsDocument(text: string): boolean {
  return WRITTEN.test(text.trim());
}

/** The document without punctuation, where its check digits are right. */
export function documentOf(text: string): string | undefined {
  const bare = text.replaceAll(PUNCTUATION, '').toUpperCase();
  const weightMax = CPF.test(bare) ? 11 : CNPJ.test(bare) ? 9 : undefined;
  if (weightMax === undefined || ALL_THE_SAME.test(bare)) return undefined;
  const checked = [-2, -1].every((place) => {
    const before = bare.slice(0, place);
    return checkDigit(before, weightMax) === bare.at(place);
  });
  return checked ? bare : undefined;
}

/** Weights go up from 2 at the right end; those of a CNPJ begin again after 9. */
function checkDigit(digits: string, weightMax: number): string {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    return total + (digit.charCodeAt(0) - ZERO) * (2 + (place % (weightMax - 1)));
  }, 0);
  const rest = sum % 11;
  return String(rest < 2 ? 0 : 11 - rest);
}
