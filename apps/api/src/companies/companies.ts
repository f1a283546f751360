import { Inject, Injectable } from '@nestjs/common';
import type { ServiceConfig } from '#platform';
import { CompanySecrets, type KeyedCall } from '#platform/companies';
import { PrismaClient } from '#platform/prisma';
import type { CommandKey } from '#domain';
import { CONFIG } from '../engine/tokens.js';
import { notFound } from '../http/api-error.js';

/** What calls made for a company are digested with. */
@Injectable()
export class Companies {
  readonly #secrets: CompanySecrets;

  constructor(prisma: PrismaClient, @Inject(CONFIG) config: ServiceConfig) {
    this.#secrets = new CompanySecrets(prisma, config.encryptionKeys);
  }

  /** Digests an idempotency key and its command under the company's secret (design §2, Keys). */
  async commandKey(companyId: number, call: KeyedCall): Promise<CommandKey> {
    const digested = await this.#secrets.digest(companyId, call);
    if (digested === undefined) throw notFound();
    return digested;
  }
}
