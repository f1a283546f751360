import { Inject, Injectable } from '@nestjs/common';
import { commandDigest, keyDigest, openSecret, type ServiceConfig } from '#platform';
import { PrismaClient } from '#platform/prisma';
import type { CommandKey } from '#domain';
import { CONFIG } from '../engine/tokens.js';
import { notFound } from '../http/api-error.js';
import { readSealedSecret } from './sealed-secret.js';

const REMEMBERED_MAX = 10_000;

/** An idempotency key and what it is for. */
export interface KeyedCall {
  /** `<dialect>.<operation>`. */
  readonly scope: string;
  readonly key: string;
  /** The normalised command, customer included: equal texts are the same command. */
  readonly canonicalCommand: string;
}

/** Companies' secrets. They never change, so what was once read is kept. */
@Injectable()
export class Companies {
  readonly #secrets = new Map<number, Buffer>();

  constructor(
    private readonly prisma: PrismaClient,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  /** Digests an idempotency key and its command under the company's secret (design §2, Keys). */
  async commandKey(companyId: number, { scope, key, canonicalCommand }: KeyedCall): Promise<CommandKey> {
    const secret = this.#secrets.get(companyId) ?? (await this.#load(companyId));
    return { scope, keyDigest: keyDigest(secret, key), commandDigest: commandDigest(secret, canonicalCommand) };
  }

  async #load(companyId: number): Promise<Buffer> {
    const company = await this.prisma.company.findUnique({ where: { id: companyId }, select: { secret: true } });
    if (company === null) throw notFound();
    const secret = openSecret(this.config.encryptionKeys, companyId, readSealedSecret(company.secret));
    if (this.#secrets.size >= REMEMBERED_MAX) this.#secrets.clear();
    this.#secrets.set(companyId, secret);
    return secret;
  }
}
