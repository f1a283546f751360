import { Command } from '@nestjs/cqrs';
import type { ApiKeyScope } from '#platform';
import type { CreatedApiKey } from '#platform/companies';

export class CreateApiKeyCommand extends Command<CreatedApiKey> {
  constructor(
    readonly companyId: number,
    readonly name: string,
    readonly scopes: readonly ApiKeyScope[],
  ) {
    super();
  }
}
