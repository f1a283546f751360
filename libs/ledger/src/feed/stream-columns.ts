/**
 * Where the first columns of a row stand in COPY's binary format, from where the row begins, if they are its stream: `company_id` (int4) and
 * `wallet_id` (uuid). Each value has its length before it, of four bytes.
 */
export const COMPANY = 6;
export const WALLET = 14;
export const UUID_BYTES = 16;
/** The value of the column behind them: of an event, its version. */
export const THIRD = 34;
/** Of a value. */
export const LENGTH_BYTES = 4;
