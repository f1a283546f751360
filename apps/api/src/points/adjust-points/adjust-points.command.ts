import { Command } from '@nestjs/cqrs';
import type { ReferenceType } from '#domain';
import type { CallContext } from '../../http/call-context.js';
import type { ChangeWords } from '../point-changes.js';
import type { PointEntry } from '../point-entry.js';

export interface Adjustment extends ChangeWords {
  /** Whose idempotency keys these are; absent: our own calls’. */
  readonly scope?: string;
  readonly pointsDelta: bigint;
  readonly referenceType: ReferenceType;
  readonly referenceId: string | undefined;
}

/** Corrects a customer's points by hand, never below zero. */
export class AdjustPointsCommand extends Command<PointEntry> {
  constructor(
    readonly call: CallContext,
    readonly customerId: string,
    readonly adjustment: Adjustment,
  ) {
    super();
  }
}
