import { createHash } from 'node:crypto';
import type { Effect, EffectLog } from './effect-log.js';

export type CodeState = 'valid' | 'cancelled' | 'used';

export interface SoldVoucher {
  readonly code: string;
  readonly externalId: string;
  state: CodeState;
}

/** What is true of a key. */
export interface KeyTruth {
  /** Every voucher that was ever made for it, the oldest first. */
  readonly vouchers: SoldVoucher[];
  /** It was cancelled: no voucher of it will ever work. */
  tombstoned: boolean;
  /** How many of its vouchers find and a repeat no longer know. */
  forgotten: number;
}

export type Issued =
  { readonly kind: 'issued'; readonly voucher: SoldVoucher; readonly isNew: boolean } | { readonly kind: 'refused' };

/** How a voucher is to be made: as the contract says, a second one for the key, or with the code of the key before. */
export type IssueWay = 'once' | 'again' | 'same_code';

/** The provider's business: vouchers by key, and nothing of HTTP. Whatever changes is in the log, from which it can be made again. */
export class VoucherDesk {
  readonly #keys = new Map<string, KeyTruth>();
  readonly #byCode = new Map<string, { readonly key: string; readonly voucher: SoldVoucher }[]>();
  readonly #log: EffectLog;
  #made = 0;
  #lastCode: string | undefined;

  constructor(log: EffectLog) {
    this.#log = log;
    for (const effect of log.effects) this.#apply(effect);
  }

  truth(key: string): KeyTruth | undefined {
    return this.#keys.get(key);
  }

  keys(): ReadonlyMap<string, KeyTruth> {
    return this.#keys;
  }

  /** @param given the code, where the caller makes it. */
  issue(key: string, way: IssueWay, given?: string): Issued {
    const known = this.#keys.get(key);
    if (known?.tombstoned === true) {
      this.#happen({ key, effect: 'refused' });
      return { kind: 'refused' };
    }
    const remembered = known?.vouchers.slice(known.forgotten)[0];
    if (remembered !== undefined && way !== 'again') return { kind: 'issued', voucher: remembered, isNew: false };
    const number = this.#made + 1;
    const code = given ?? (way === 'same_code' ? this.#lastCode : undefined) ?? codeOf(key, number);
    this.#happen({ key, effect: 'issued', code, externalId: `v-${number}` });
    const voucher = this.#keys.get(key)?.vouchers.at(-1);
    if (voucher === undefined) throw new Error('What was just issued is not on the books.');
    return { kind: 'issued', voucher, isNew: true };
  }

  /** What find and a repeat may know: nothing that was forgotten. */
  find(key: string): { readonly state: CodeState; readonly voucher: SoldVoucher | undefined } | undefined {
    const known = this.#keys.get(key);
    const voucher = known?.vouchers.slice(known.forgotten)[0];
    if (voucher !== undefined) return { state: voucher.state, voucher };
    return known?.tombstoned === true ? { state: 'cancelled', voucher: undefined } : undefined;
  }

  /** Nothing of the key works from now on, what was forgotten included; a voucher that was used stays used. */
  cancel(key: string): 'void' | 'used' {
    const known = this.#keys.get(key);
    for (const { code, state } of known?.vouchers ?? []) {
      if (state === 'valid') this.#happen({ key, effect: 'cancelled', code });
    }
    if (known?.vouchers.some(({ state }) => state === 'used') === true) return 'used';
    if (known?.tombstoned !== true) this.#happen({ key, effect: 'tombstoned' });
    return 'void';
  }

  forget(key: string): void {
    this.#happen({ key, effect: 'forgotten' });
  }

  /** A shopper comes with a code. */
  use(code: string): 'used' | 'not_valid' | 'unknown' {
    const sold = this.#byCode.get(code);
    if (sold === undefined) return 'unknown';
    const valid = sold.find(({ voucher }) => voucher.state === 'valid');
    if (valid === undefined) return 'not_valid';
    this.#happen({ key: valid.key, effect: 'used', code });
    return 'used';
  }

  #happen(effect: Omit<Effect, 'seq' | 'at'>): void {
    this.#log.add(effect);
    this.#apply(effect);
  }

  #apply({ key, effect, code, externalId }: Omit<Effect, 'seq' | 'at'>): void {
    const truth = this.#keys.get(key) ?? { vouchers: [], tombstoned: false, forgotten: 0 };
    this.#keys.set(key, truth);
    const ofState = (state: CodeState) =>
      truth.vouchers.find((voucher) => voucher.code === code && voucher.state === state);
    switch (effect) {
      case 'issued': {
        const voucher: SoldVoucher = { code: code ?? '', externalId: externalId ?? '', state: 'valid' };
        truth.vouchers.push(voucher);
        this.#byCode.set(voucher.code, [...(this.#byCode.get(voucher.code) ?? []), { key, voucher }]);
        this.#made += 1;
        this.#lastCode = voucher.code;
        break;
      }
      case 'cancelled': {
        const voucher = ofState('valid');
        if (voucher !== undefined) voucher.state = 'cancelled';
        break;
      }
      case 'used': {
        const voucher = ofState('valid');
        if (voucher !== undefined) voucher.state = 'used';
        break;
      }
      case 'tombstoned':
        truth.tombstoned = true;
        break;
      case 'forgotten':
        truth.forgotten = truth.vouchers.length;
        break;
      case 'refused':
        break;
    }
  }
}

/** Different for every voucher ever made here, and no secret: the same log gives the same codes. */
function codeOf(key: string, number: number): string {
  return `SIM-${createHash('sha256').update(`${key}:${number}`).digest('hex').slice(0, 16).toUpperCase()}`;
}
