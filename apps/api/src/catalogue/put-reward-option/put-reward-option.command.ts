import { Command } from '@nestjs/cqrs';
import type { OptionDraft, StoredOption } from '../stored-option.js';

/** What a person says of an option; where no currency is said, it is the company's. */
export type DescribedOption = Omit<OptionDraft, 'currency'> & { readonly currency: string | undefined };

/**
 * Puts an option into the catalogue, under an id of its own or in place of what that id meant. Redemptions that were asked for
 * before keep the terms they were asked for under.
 */
export class PutRewardOptionCommand extends Command<StoredOption> {
  constructor(
    readonly companyId: number,
    /** Absent: a new one. */
    readonly optionId: number | undefined,
    readonly described: DescribedOption,
  ) {
    super();
  }
}
