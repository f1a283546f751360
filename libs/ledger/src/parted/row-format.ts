/** Where a row says which stream it is of, and which is first within that. Places are those where the row begins. */
export interface RowFormat {
  companyId(bytes: Buffer, row: number): number;
  /** The wallet's id as text. */
  walletId(bytes: Buffer, row: number): string;
  /** The last four bytes of the wallet's id: the most random, whoever made the id. */
  walletEnd(bytes: Buffer, row: number): number;
  /** Where the wallet's id stands, and how many bytes it takes. */
  walletAt(bytes: Buffer, row: number): number;
  readonly walletWidth: number;
  /** Rows of a stream come in the order of this, or else as they were read. */
  rank?(bytes: Buffer, row: number): number;
}

const COMPANY = 6;
const WALLET = 14;
const UUID_BYTES = 16;
const VERSION = 34;
const HIGH_WORD = 2 ** 32;

/** An event's row in the binary format: company, wallet and version come first. */
export const eventFormat: RowFormat = {
  companyId: (bytes, row) => bytes.readInt32BE(row + COMPANY),
  walletId: (bytes, row) => uuidText(bytes.toString('hex', row + WALLET, row + WALLET + UUID_BYTES)),
  walletEnd: (bytes, row) => bytes.readInt32BE(row + WALLET + UUID_BYTES - 4),
  walletAt: (_, row) => row + WALLET,
  walletWidth: UUID_BYTES,
  rank: (bytes, row) => bytes.readInt32BE(row + VERSION) * HIGH_WORD + bytes.readUInt32BE(row + VERSION + 4),
};

const TAB = 0x09;
const ZERO = 0x30;
const UUID_TEXT = 36;

/** A row in the text format: company and wallet come first. */
export const textFormat: RowFormat = {
  companyId(bytes, row) {
    let value = 0;
    for (let at = row; bytes[at] !== TAB; at++) value = value * 10 + (bytes[at] as number) - ZERO;
    return value;
  },
  walletId(bytes, row) {
    const at = behindTab(bytes, row);
    return bytes.toString('latin1', at, at + UUID_TEXT);
  },
  walletEnd(bytes, row) {
    let value = 0;
    const end = behindTab(bytes, row) + UUID_TEXT;
    for (let at = end - 8; at < end; at++) value = (value << 4) | digitOf(bytes[at] as number);
    return value;
  },
  walletAt: behindTab,
  walletWidth: UUID_TEXT,
};

function behindTab(bytes: Buffer, row: number): number {
  let at = row;
  while (bytes[at] !== TAB) at += 1;
  return at + 1;
}

/** Of a lower-case hexadecimal digit. */
function digitOf(character: number): number {
  return character <= 0x39 ? character - ZERO : character - 0x57;
}

function uuidText(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const GOLDEN = 0x9e3779b1;

/** Which of `parts` a stream belongs to; ids that were counted up are spread, too. */
export function partOf(walletEnd: number, parts: number): number {
  return Math.floor(((Math.imul(walletEnd, GOLDEN) >>> 0) / HIGH_WORD) * parts);
}
