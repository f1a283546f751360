import { Command } from '@nestjs/cqrs';

export interface ImportedCodes {
  readonly imported: number;
  /** Given twice, in a pool of the company already, or given to somebody before. */
  readonly duplicates: number;
  /** Codes that wait in the pool afterwards. */
  readonly left: number;
}

/** Puts codes into a company's pool. Those that are there, or have been, are passed over: a file may be sent again. */
export class ImportCodesCommand extends Command<ImportedCodes> {
  constructor(
    readonly companyId: number,
    readonly provider: string,
    readonly codes: readonly string[],
  ) {
    super();
  }
}
