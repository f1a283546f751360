import { Command } from '@nestjs/cqrs';
import type { ApiKeyScope } from '#platform';

export interface CreatedApiKey {
  readonly id: string;
  /** The key itself; only its hash is kept. */
  readonly apiKey: string;
  readonly name: string;
  readonly scopes: string[];
}

export class CreateApiKeyCommand extends Command<CreatedApiKey> {
  constructor(
    readonly companyId: number,
    readonly name: string,
    readonly scopes: readonly ApiKeyScope[],
  ) {
    super();
  }
}
