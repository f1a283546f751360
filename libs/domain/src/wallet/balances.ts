import { points, record, type ValueOf } from '../event/field.js';

/** A wallet's three balances after an event, so that a balance at any time is one index step. */
export const balances = record({ available: points, reserved: points, burned: points });
export type Balances = ValueOf<typeof balances>;
