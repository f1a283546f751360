/**
 * Whoever writes events holds this lock, with all others, from its first statement to its commit. Who takes it alone has all projections
 * to himself and nobody half-way: the rebuild, for as long as it takes to change tables. Two integers: a space of keys apart from the
 * wallets'.
 */
export const WRITE_GATE = '1213156420, 1';
