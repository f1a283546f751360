import { commandDigest, keyDigest, openSecret, readSealedSecret, type KeyRing } from '../crypto/index.js';
import type { PrismaClient } from '../prisma/index.js';

const REMEMBERED_MAX = 10_000;

/** An idempotency key and what it is for. */
export interface KeyedCall {
  /** `<dialect>.<operation>`. */
  readonly scope: string;
  readonly key: string;
  /** The normalised command, customer included: equal texts are the same command. */
  readonly canonicalCommand: string;
}

/** A keyed call as events carry it: both digests are under the company's secret (design §2, Keys). */
export interface DigestedCall {
  readonly scope: string;
  readonly keyDigest: string;
  readonly commandDigest: string;
}

/** Companies' secrets. They never change, so what was once read is kept. */
export class CompanySecrets {
  readonly #secrets = new Map<number, Buffer>();

  constructor(
    private readonly prisma: PrismaClient,
    private readonly keys: KeyRing,
  ) {}

  /** Undefined where there is no such company. @throws SealBrokenError when these keys are not the ones it was sealed with. */
  async digest(companyId: number, { scope, key, canonicalCommand }: KeyedCall): Promise<DigestedCall | undefined> {
    const secret = this.#secrets.get(companyId) ?? (await this.#load(companyId));
    if (secret === undefined) return undefined;
    return { scope, keyDigest: keyDigest(secret, key), commandDigest: commandDigest(secret, canonicalCommand) };
  }

  async #load(companyId: number): Promise<Buffer | undefined> {
    const company = await this.prisma.company.findUnique({ where: { id: companyId }, select: { secret: true } });
    if (company === null) return undefined;
    const secret = openSecret(this.keys, companyId, readSealedSecret(company.secret));
    if (this.#secrets.size >= REMEMBERED_MAX) this.#secrets.clear();
    this.#secrets.set(companyId, secret);
    return secret;
  }
}
