import { Command } from '@nestjs/cqrs';

/** Ends a key for good; within a second no process accepts it. */
export class RevokeApiKeyCommand extends Command<void> {
  constructor(
    readonly companyId: number,
    readonly keyId: string,
  ) {
    super();
  }
}
