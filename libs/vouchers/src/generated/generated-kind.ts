import { z } from 'zod';
import { generateVoucherCode } from '#platform';
import type { ProviderKind } from '../provider-kind.js';

/** What may stand in front of generated codes. */
export const codePrefix = z.string().regex(/^[A-Z0-9]{0,16}$/, 'must be up to 16 characters, each A-Z or 0-9');

const configSchema = z.strictObject({
  /** The company's, in front of every code: up to 16 of `A-Z 0-9`, or none. */
  prefix: codePrefix.default(''),
});

export type GeneratedConfig = z.output<typeof configSchema>;

/**
 * Unguessable codes of our own making. Our order and commit calls honour them, so voiding one is an event of ours and no call ever
 * leaves the process. Every new company has one of this name, its default.
 */
export const generatedKind: ProviderKind<GeneratedConfig> = {
  configSchema,
  capabilities: () => ({ idempotent: true, canLookup: true, canCancel: true }),
  open: ({ prefix }) => ({ reach: 'local', newCode: (instead = prefix) => generateVoucherCode(instead) }),
};
