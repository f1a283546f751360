import { z } from 'zod';

/** The shapes of what auditors are answered. Answers are not validated; these describe them. */

const amount = z.string().meta({ description: 'Points, as a decimal string.', example: '500' });
const hash = z.string().meta({ description: '64 hexadecimal digits.' });
const time = z.iso.datetime();

export const walletAtSchema = z
  .object({
    id: z.string(),
    companyId: z.int(),
    customerId: z.string(),
    at: time.meta({ description: 'As it was asked for.' }),
    availablePoints: amount,
    reservedPoints: amount,
    lifetimeBurnedPoints: amount,
    version: z.string().meta({ description: 'Of the newest event up to that time; 0 before the first.' }),
    since: time.nullable().meta({ description: 'When that event happened.' }),
  })
  .meta({ id: 'LoyaltyWalletAt' });
export type WalletAtAnswer = z.output<typeof walletAtSchema>;

export const feedEventSchema = z.object({
  id: z.string(),
  walletId: z.string(),
  version: z.string(),
  type: z.string(),
  occurredAt: time,
  actor: z.object({ kind: z.string(), id: z.string() }),
  data: z.record(z.string(), z.unknown()),
  balances: z.object({ available: amount, reserved: amount, burned: amount }),
  hash,
});
export type FeedEventAnswer = z.output<typeof feedEventSchema>;

export const feedSchema = z.object({
  data: z.array(feedEventSchema),
  pagination: z.object({ limit: z.int(), hasMore: z.boolean(), nextCursor: z.string() }),
});
export type FeedAnswer = z.output<typeof feedSchema>;

export const shownCheckpointSchema = z.object({
  body: z.string().meta({ description: 'The signed bytes, exactly as signed.' }),
  signature: z.string().meta({ description: 'Base64: Ed25519 over the UTF-8 of `body`.' }),
  publicKey: z.string().meta({ description: 'Base64, 32 bytes. Trust it only where you know it from elsewhere.' }),
});

export const checkpointSchema = shownCheckpointSchema.extend({
  id: z.string(),
  sealedAt: time,
  root: hash,
  keyId: z.string(),
});
export type CheckpointAnswer = z.output<typeof checkpointSchema>;

export const checkpointsSchema = z.object({
  data: z.array(checkpointSchema),
  pagination: z.object({ limit: z.int(), hasMore: z.boolean(), nextBefore: z.string().nullable() }),
});
export type CheckpointsAnswer = z.output<typeof checkpointsSchema>;

export const proofSchema = z
  .object({
    data: z.object({
      format: z.literal('holdfast-proof/1'),
      companyId: z.int(),
      walletId: z.string(),
      redemptionId: z.string(),
      previousHash: hash,
      events: z.array(z.string()).readonly().meta({ description: 'The stored bytes, in order.' }),
      head: z.object({ version: z.string(), hash }),
      path: z.array(z.object({ side: z.enum(['left', 'right']), hash })).readonly(),
      checkpoint: shownCheckpointSchema,
    }),
  })
  .meta({ id: 'RedemptionProof' });
export type ProofAnswer = z.output<typeof proofSchema>;
