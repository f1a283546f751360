/**
 * The guards of the saga, each taken out by a change of the source as the tests load it; the source itself stays as it is. A change whose text
 * is no longer found is an error, so no mutant quietly becomes the engine itself. `npm run prove:faults -- --mutants` runs all of them and is
 * green only if the tests are red with each.
 *
 * @typedef {{file: string, find: string, replace: string}} Change
 * @type {Readonly<Record<string, {guard: string, changes: readonly Change[], tests: readonly string[]}>>}
 */
export const mutants = {
  'provider-key': {
    guard: 'The provider key is born with the redemption and never changes.',
    changes: [
      {
        file: 'apps/worker/src/processor/voucher-key.ts',
        find: "providerKey: redemption.provider?.key ?? ''",
        replace: "providerKey: `${redemption.provider?.key ?? ''}-${redemption.calls.attempts}`",
      },
    ],
    tests: ['fault-table'],
  },
  'declined-believed': {
    guard: 'A refusal after an attempt of unknown outcome proves nothing.',
    changes: [
      {
        file: 'libs/domain/src/redemption/decide-answer.ts',
        find: 'if (calls.everUnknown)',
        replace: 'if (calls.everUnknown && calls.attempts < 0)',
      },
    ],
    tests: ['fault-table', 'lost-answers'],
  },
  'cancel-before-release': {
    guard: 'Cancel is sent only after ReleaseStarted is on record.',
    changes: [
      {
        file: 'libs/domain/src/redemption/next-step.ts',
        find: "if (canVoid(r) || !r.calls.everSent) return { kind: 'start_release' };",
        replace:
          "if (canVoid(r) && r.calls.everSent) return { kind: 'cancel' };\n  if (!r.calls.everSent) return { kind: 'start_release' };",
      },
      {
        file: 'libs/domain/src/redemption/next-step.ts',
        find: "return holdIsOver(r, now) ? { kind: 'start_release' }",
        replace: "return holdIsOver(r, now) ? { kind: 'cancel' }",
      },
    ],
    tests: ['fault-table'],
  },
  'call-deadline': {
    guard: 'Nothing is sent after the call’s deadline, however long the process was frozen.',
    changes: [
      {
        file: 'libs/vouchers/src/outgoing/outgoing-line.ts',
        find: 'Math.min(limits.deadlineMs, startedMs + this.#timeoutMs)',
        replace: 'startedMs + this.#timeoutMs',
      },
      {
        file: 'apps/worker/src/processor/call-provider.ts',
        find: 'if (performance.now() >= deadlineMs)',
        replace: 'if (performance.now() < 0)',
      },
      { file: 'apps/worker/src/processor/answer-in-time.ts', find: 'stop.abort();', replace: '' },
    ],
    tests: ['frozen-worker'],
  },
  'call-in-flight': {
    guard: 'No attempt is started while the last one has neither an end nor a passed deadline.',
    changes: [
      {
        file: 'libs/domain/src/redemption/next-step.ts',
        find: 'return r.calls.open && now < (r.calls.deadline as Instant);',
        replace: 'return r.calls.open && now < 0 * (r.calls.deadline as Instant);',
      },
    ],
    tests: ['fault-table'],
  },
  'orphan-rule': {
    guard: 'A voucher that comes after the points have gone back is orphaned, and voided.',
    changes: [
      {
        file: 'libs/domain/src/redemption/evolve-redemption.ts',
        find: "isGivenBack(r) ? 'orphaned' : 'issued'",
        replace: "isGivenBack(r) ? 'issued' : 'issued'",
      },
    ],
    tests: ['fault-table', 'late-vouchers'],
  },
  'unknown-sent': {
    guard: 'An attempt of unknown outcome may have been sent: its voucher is cancelled before points go back.',
    changes: [
      {
        file: 'libs/domain/src/redemption/evolve-redemption.ts',
        find: 'everUnknown: unknown, everSent: unknown }',
        replace: 'everUnknown: unknown, everSent: false }',
      },
    ],
    tests: ['fault-table'],
  },
  'void-after-release': {
    guard: 'Points go back only once the provider has said that the voucher is void.',
    changes: [
      {
        file: 'libs/domain/src/redemption/next-step.ts',
        find: 'return r.voucher.callers || (!r.calls.everSent && !hasVoucher(r));',
        replace: 'return r.voucher.callers || r.id !== undefined;',
      },
    ],
    tests: ['fault-table'],
  },
  'used-while-releasing': {
    guard: 'A voucher that was used while its hold was being released is paid for.',
    changes: [
      {
        file: 'libs/vouchers/src/http/http-answers.ts',
        find: "return exchange.status === 409 ? { kind: 'used' } : unknown;",
        replace: "return exchange.status === 409 ? { kind: 'void' } : unknown;",
      },
    ],
    tests: ['late-vouchers'],
  },
  'busy-is-empty': {
    guard: 'Nothing found under SKIP LOCKED means busy unless a plain look says that there is none left.',
    changes: [
      {
        file: 'libs/ledger/src/group/take-pool-codes.ts',
        find: "busy.has(pool) ? undefined : 'none_left'",
        replace: "'none_left'",
      },
    ],
    tests: ['pool-turns'],
  },
  'same-code-unsaid': {
    guard: 'Two redemptions with the same code are brought to a person.',
    changes: [
      {
        file: 'libs/domain/src/redemption/advance.ts',
        find: 'if (u.codeIsShared &&',
        replace: 'if (u.codeIsShared && r.id === undefined &&',
      },
    ],
    tests: ['fault-table'],
  },
  'first-bearer-unaware': {
    guard: 'Who had the code first is told by the work that stands with the second one’s event.',
    changes: [
      {
        file: 'libs/ledger/src/group/append-owed-looks.ts',
        find: 'if (owners.length === 0) return false;',
        replace: 'if (owners.length >= 0) return false;',
      },
    ],
    tests: ['fault-table', 'same-code'],
  },
};
