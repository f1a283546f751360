import { Command } from '@nestjs/cqrs';

/** Takes away everything personal that is kept of a customer. The points, their history and the company's own id for him stay. */
export class ErasePersonalDataCommand extends Command<void> {
  constructor(
    readonly companyId: number,
    readonly customerId: string,
  ) {
    super();
  }
}
