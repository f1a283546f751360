import { Query } from '@nestjs/cqrs';
import type { Cursor, Page } from '../../http/page.js';
import type { StoredOption } from '../stored-option.js';

/** A company's options, the newest first; those that were disabled only where they are asked for. */
export class ListRewardOptionsQuery extends Query<Page<StoredOption>> {
  constructor(
    readonly companyId: number,
    readonly filter: { readonly limit: number; readonly before: Cursor; readonly withDisabled: boolean },
  ) {
    super();
  }
}
