import { z } from 'zod';
import { addressText } from '../../../http/fields.js';
import { envelopeOf } from '../envelope.js';
import { amount, idText, int32, longText } from '../fields.js';

export const customerParams = z.object({ id: addressText });
export type CustomerParams = z.output<typeof customerParams>;

const ADD = 0;
const REMOVE = 1;

/** As documented, what is removed is a negative number: one that contradicts its `OperationType` is refused. */
export const changePointsBody = z
  .object({
    Points: int32.refine((points) => points !== 0, 'must not be 0'),
    OperationType: int32.refine((type) => type === ADD || type === REMOVE, 'must be 0 to add or 1 to remove'),
    Reason: longText,
    ChangeKey: idText,
  })
  .refine(({ Points, OperationType }) => Points < 0 === (OperationType === REMOVE), {
    path: ['Points'],
    message: 'must be positive to add (OperationType 0) and negative to remove (OperationType 1)',
  });
export type ChangePointsBody = z.output<typeof changePointsBody>;

export const changedResult = z.object({
  CustomerId: z.string(),
  Points: z.object({ Id: z.int(), Points: z.int(), Type: z.int(), EventKey: z.string() }),
  PointsBalance: amount,
});
export type ChangedResult = z.output<typeof changedResult>;
export const changedSchema = envelopeOf('BonifiqPointsChanged', changedResult);

const historySchema = z.object({
  Id: z.int(),
  IsCanceled: z.boolean(),
  DateReceived: z.iso.datetime(),
  ExpirationDate: z.iso.datetime().nullable(),
  Amount: z.int(),
  CashbackAmount: z.number(),
  BranchId: z.string().nullable(),
  BranchName: z.string().nullable(),
  OrderOriginDescription: z.string().nullable(),
  PointType: z.int(),
  PointTypeDescription: z.string(),
});
export type PointHistory = z.output<typeof historySchema>;

export const balanceResult = z.object({
  CustomerExists: z.boolean(),
  InternalId: z.string().nullable(),
  PointsBalance: z.int(),
  PointsToExpire: z.array(z.object({ Points: z.int(), When: z.iso.datetime() })),
  CashbackBalance: z.number(),
  RedeemKey: z.string().nullable(),
  PointHistory: z.array(historySchema),
  Name: z.string().nullable(),
  Error: z.string().nullable(),
});
export type BalanceResult = z.output<typeof balanceResult>;
export const balanceSchema = envelopeOf('BonifiqBalance', balanceResult);
