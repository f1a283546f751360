import { Command } from '@nestjs/cqrs';

export interface CreatedCompany {
  readonly id: number;
  readonly guid: string;
  readonly name: string;
  readonly baseCurrency: string;
}

/** Opens a tenant, with a provider `generated` as its default. */
export class CreateCompanyCommand extends Command<CreatedCompany> {
  constructor(
    readonly name: string,
    readonly baseCurrency: string,
  ) {
    super();
  }
}
