import { encodeRedemption, instant, matchesRedemption, shownInstant, type Instant, type Redemption } from '#domain';
import type { RowBatch } from '../feed/row-batch.js';
import { hex } from '../columns.js';

/** How values of a kind stand in COPY's binary format, at `at` and up to `end`, and how a finding shows them. */
export interface ColumnKind<T> {
  stands(batch: RowBatch, at: number, end: number, value: T): boolean;
  stored(batch: RowBatch, at: number, end: number): string;
  shown(value: T): string;
}

export const int4: ColumnKind<bigint> = {
  stands: (batch, at, _, value) => BigInt(batch.int32(at)) === value,
  stored: (batch, at) => String(batch.int32(at)),
  shown: String,
};

export const int8: ColumnKind<bigint> = {
  stands: (batch, at, _, value) => batch.int64(at) === value,
  stored: (batch, at) => String(batch.int64(at)),
  shown: String,
};

export const uuid: ColumnKind<string> = {
  stands: (batch, at, _, value) => batch.isUuid(at, value),
  stored: (batch, at) => batch.uuid(at),
  shown: String,
};

export const text: ColumnKind<string> = {
  stands: (batch, at, end, value) => batch.text(at, end) === value,
  stored: (batch, at, end) => batch.text(at, end),
  shown: String,
};

/** A redemption's fold as canonical JSON. */
export const folded: ColumnKind<Redemption> = {
  stands: (batch, at, end, value) =>
    matchesRedemption(value, batch.bytes, at, end) || batch.text(at, end) === encodeRedemption(value),
  stored: (batch, at, end) => batch.text(at, end),
  shown: encodeRedemption,
};

/** A `timestamptz`. */
export const moment: ColumnKind<Instant> = {
  stands: (batch, at, _, value) => batch.micros(at) === value,
  stored: (batch, at) => shownInstant(instant(batch.micros(at))),
  shown: shownInstant,
};

export const bytes: ColumnKind<Uint8Array> = {
  stands: (batch, at, end, value) => hex(batch.bytes.subarray(at, end)) === hex(value),
  stored: (batch, at, end) => hex(batch.bytes.subarray(at, end)),
  shown: hex,
};

export const flag: ColumnKind<boolean> = {
  stands: (batch, at, _, value) => (batch.bytes[at] === 1) === value,
  stored: (batch, at) => String(batch.bytes[at] === 1),
  shown: String,
};
