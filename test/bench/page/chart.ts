import type { Row } from './rows.js';

const WIDTH = 760;
const ROW = 30;
const LEFT = 330;
const RIGHT = 90;
const TOP = 34;
/** A bar may be this much longer than what is aimed at. */
const MOST = 1.15;

/** Each row's figure on a scale of its own, from nothing to what is aimed at, with a mark at what it must be. */
export function chartOf(rows: readonly Row[]): string {
  const measured = rows.filter(({ found }) => found !== undefined);
  const height = TOP + measured.length * ROW + 10;
  const bars = measured.map((row, index) => barOf(row, TOP + index * ROW));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="18" font-weight="bold">Measured, as a part of what is aimed at; the line is what must be</text>`,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}

function barOf(row: Row, y: number): string {
  const { what, found = 0, must, isMore, unit } = row;
  const span = WIDTH - LEFT - RIGHT;
  const x = (part: number) => Math.round(LEFT + (Math.min(MOST, part) / MOST) * span);
  const label = escape(what.replaceAll('`', ''));
  const short = label.length > 52 ? `${label.slice(0, 50)} …` : label;
  const end = x(partOf(row, found));
  const line = x(partOf(row, must));
  const isHeld = isMore ? found >= must : found <= must;
  return [
    `<text x="10" y="${y + 16}">${short}</text>`,
    `<rect x="${LEFT}" y="${y + 4}" width="${Math.max(1, end - LEFT)}" height="16" fill="${isHeld ? '#3a7d44' : '#b5553c'}"/>`,
    `<line x1="${line}" y1="${y}" x2="${line}" y2="${y + 24}" stroke="#222222" stroke-width="2"/>`,
    `<text x="${WIDTH - RIGHT + 8}" y="${y + 16}">${found}${unit}</text>`,
  ].join('\n');
}

/** 1 is the aim. Where less is better, half of the aim's figure is twice as good. */
function partOf({ aim, isMore }: Row, figure: number): number {
  if (isMore) return figure / aim;
  return figure === 0 ? MOST : aim / figure;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
