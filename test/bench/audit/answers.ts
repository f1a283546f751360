import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import type { Redemption } from '#domain';

import type { SettledAnswer } from '../scenario/scenario.js';
import type { Expect } from './finding.js';

/** Everything that callers were told is settled or accepted, to be struck off as the ledger is read. */
export class Answers {
  readonly count: number;
  private readonly codes = new Set<string>();

  private constructor(private readonly open: Map<string, SettledAnswer>) {
    this.count = open.size;
  }

  /** Reads the load generator's file, a JSON object a line. Two answers about one redemption under two keys are a finding. */
  static async read(file: string, expect: Expect): Promise<Answers> {
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
    const answers: SettledAnswer[] = [];
    for await (const line of lines) answers.push(JSON.parse(line) as SettledAnswer);
    return Answers.of(answers, expect);
  }

  static of(answers: Iterable<SettledAnswer>, expect: Expect): Answers {
    const open = new Map<string, SettledAnswer>();
    for (const answer of answers) {
      const where = `redemption ${answer.redemptionId}`;
      if (answer.repeatOf === undefined) {
        expect(!open.has(answer.redemptionId), 'each request has a redemption of its own', where);
        open.set(answer.redemptionId, answer);
      } else {
        const isFirst = answer.redemptionId === answer.repeatOf;
        expect(isFirst, 'a repeat is answered with the first one’s redemption', where, () => `not ${answer.repeatOf}`);
      }
    }
    return new Answers(open);
  }

  /** An answer of 200 said: committed, with this voucher, for this customer. One of 202: accepted, so it has come to that by now. */
  strikeOff(redemption: Redemption, customerId: string, expect: Expect): void {
    const answer = this.open.get(redemption.id);
    if (answer === undefined) return;
    this.open.delete(redemption.id);
    const where = `redemption ${redemption.id}`;
    const { voucher, status } = redemption;
    const holdsVoucher = voucher.code !== undefined && (voucher.state === 'issued' || voucher.state === 'used');
    expect(status === 'committed', 'what was answered as settled is committed', where, () => status);
    expect(holdsVoucher, 'what was answered as settled has its voucher', where, () => voucher.state);
    expect(answer.customerId === customerId, 'what was answered belongs to the caller’s customer', where);
    if (answer.voucherCode === undefined) return;
    const isItsCode = answer.voucherCode.length > 4 && answer.voucherCode.slice(-4) === voucher.code?.last4;
    expect(isItsCode, 'the code that was answered is the one on record', where);
    expect(!this.codes.has(answer.voucherCode), 'no code is handed out twice', where);
    this.codes.add(answer.voucherCode);
  }

  /** Whatever was answered and is not in the ledger. */
  expectNoneLeft(expect: Expect): void {
    for (const id of this.open.keys()) {
      expect(false, 'what was answered as settled is in the ledger', `redemption ${id}`);
    }
  }
}
