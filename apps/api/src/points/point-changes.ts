import { Injectable } from '@nestjs/common';
import { canonicalJson, invariant, type AdjustPoints, type EarnPoints, type Json } from '#domain';
import { Ledger, RedemptionReader, type PrivateText } from '#ledger';
import { uuidV7 } from '#platform';
import { Companies } from '../companies/companies.js';
import type { CallContext } from '../http/call-context.js';
import type { PointEntry } from './point-entry.js';

/** What callers say besides the points. */
export interface ChangeWords {
  readonly note: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly idempotencyKey: string | undefined;
}

/** Writes points that come or go by a caller's word alone. */
@Injectable()
export class PointChanges {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: RedemptionReader,
    private readonly companies: Companies,
  ) {}

  /** @throws DomainError, LedgerError */
  async write(change: {
    readonly call: CallContext;
    readonly scope: string;
    readonly customerId: string;
    readonly walletId: string;
    readonly command: EarnPoints | AdjustPoints;
    readonly words: ChangeWords;
  }): Promise<PointEntry> {
    const { call, customerId, walletId, command, words } = change;
    const { companyId, actor, traceId, signal } = call;
    const commandId = uuidV7();
    const idempotencyKey = words.idempotencyKey ?? commandId;
    const amount = command.type === 'EarnPoints' ? command.points : command.pointsDelta;
    const { referenceType, referenceId = null } = command;
    const terms = [customerId, String(amount), referenceType, referenceId, words.note ?? null, words.metadata ?? null];
    const executed = await this.ledger.execute({
      commandId,
      companyId,
      walletId,
      actor,
      traceId,
      key: await this.companies.commandKey(companyId, {
        scope: change.scope,
        key: idempotencyKey,
        canonicalCommand: canonicalJson(terms as Json),
      }),
      privateText: privateTextOf(words),
      command,
      signal,
    });
    const version = executed.outcome === 'repeated' ? executed.version : executed.events[0]?.version;
    invariant(version !== undefined, 'a change of points wrote no event');
    const [wallet, entry] = await Promise.all([
      this.reader.wallet(companyId, walletId),
      this.reader.entry(companyId, walletId, version),
    ]);
    invariant(wallet !== undefined && entry !== undefined, 'points were written that cannot be read');
    return { wallet, ...entry, repeated: executed.outcome === 'repeated', idempotencyKey };
  }
}

function privateTextOf({ idempotencyKey, note, metadata }: ChangeWords): PrivateText | undefined {
  const text = {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(note === undefined ? {} : { note }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return Object.keys(text).length === 0 ? undefined : text;
}
