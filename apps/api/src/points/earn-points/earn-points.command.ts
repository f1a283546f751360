import { Command } from '@nestjs/cqrs';
import type { ReferenceType } from '#domain';
import type { CallContext } from '../../http/call-context.js';
import type { ChangeWords } from '../point-changes.js';
import type { PointEntry } from '../point-entry.js';

export interface Earning extends ChangeWords {
  readonly points: bigint;
  readonly referenceType: ReferenceType;
  readonly referenceId: string | undefined;
}

/** Gives points to a customer; makes the customer and the wallet where there are none. */
export class EarnPointsCommand extends Command<PointEntry> {
  constructor(
    readonly call: CallContext,
    readonly customerId: string,
    readonly earning: Earning,
  ) {
    super();
  }
}
