import { Command } from '@nestjs/cqrs';
import type { OpenedCompany } from '#platform/companies';

/** Opens a tenant, with a provider `generated` as its default. */
export class CreateCompanyCommand extends Command<OpenedCompany> {
  constructor(
    readonly name: string,
    readonly baseCurrency: string,
  ) {
    super();
  }
}
