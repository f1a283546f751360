import { gathered, type Prepare } from '#platform';
import type pg from 'pg';

/** What a customer may be called by, beside the company's own id. */
export const identifierKinds = ['id', 'email', 'phoneNumber', 'posAccountId', 'document'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];
export type CustomerIdentifiers = Readonly<Partial<Record<IdentifierKind, string | undefined>>>;

/** More customers than this under one identifier are as ambiguous as so many. */
const CANDIDATES_MAX = 100;

/**
 * E-mails are compared without regard to case, documents without punctuation, all else exactly. Plan: for each row asked, one look
 * into the index of its kind, all of which begin with the company.
 */
const FIND = `
  SELECT q.asked, q.kind, c.id, c.wallet_id
  FROM unnest($1::int[], $2::text[], $3::text[], $4::int[]) q(company_id, kind, value, asked)
  CROSS JOIN LATERAL (
    SELECT id, wallet_id FROM customer
    WHERE q.kind = 'id' AND company_id = q.company_id AND id = q.value
    UNION ALL (
    SELECT id, wallet_id FROM customer
    WHERE q.kind = 'email' AND company_id = q.company_id AND lower(email) = lower(q.value) LIMIT ${CANDIDATES_MAX})
    UNION ALL (
    SELECT id, wallet_id FROM customer
    WHERE q.kind = 'phoneNumber' AND company_id = q.company_id AND phone_number = q.value LIMIT ${CANDIDATES_MAX})
    UNION ALL (
    SELECT id, wallet_id FROM customer
    WHERE q.kind = 'posAccountId' AND company_id = q.company_id AND pos_account_id = q.value LIMIT ${CANDIDATES_MAX})
    UNION ALL (
    SELECT id, wallet_id FROM customer
    WHERE q.kind = 'document' AND company_id = q.company_id AND document_key(document) = document_key(q.value)
    LIMIT ${CANDIDATES_MAX})
  ) c`;

export interface FoundCustomer {
  readonly customerId: string;
  readonly walletId: string;
}

/** `disagreeing`: no customer has all of the identifiers, though some have one. `ambiguous`: several have all. */
export type CustomerSearch =
  | { readonly kind: 'found'; readonly customer: FoundCustomer }
  | { readonly kind: 'unknown' | 'disagreeing' | 'ambiguous' };

interface Question {
  readonly companyId: number;
  readonly identifiers: readonly (readonly [IdentifierKind, string])[];
}

/** Finds customers by what callers know of them. What is asked in one turn is one statement. */
export class CustomerFinder {
  private readonly look = gathered((questions: readonly Question[]) => this.ask(questions));

  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
  ) {}

  /** All identifiers that are given must name the same customer; at least one must be. */
  async find(companyId: number, given: CustomerIdentifiers): Promise<CustomerSearch> {
    const identifiers = identifierKinds.flatMap((kind) => {
      const value = given[kind];
      return value === undefined ? [] : [[kind, value] as const];
    });
    return searchOf(identifiers.length, (await this.look({ companyId, identifiers })) ?? []);
  }

  private async ask(questions: readonly Question[]): Promise<readonly (readonly FoundCustomer[])[]> {
    const rows = questions.flatMap(({ companyId, identifiers }, asked) =>
      identifiers.map(([kind, value]) => ({ companyId, kind, value, asked })),
    );
    const answer = await this.pool.query<[number, string, string, string]>({
      ...this.prepare('find_customers', FIND, [
        rows.map(({ companyId }) => companyId),
        rows.map(({ kind }) => kind),
        rows.map(({ value }) => value),
        rows.map(({ asked }) => asked),
      ]),
      rowMode: 'array',
    });
    const found: FoundCustomer[][] = questions.map(() => []);
    for (const [asked, , customerId, walletId] of answer.rows) found[asked]?.push({ customerId, walletId });
    return found;
  }
}

/** `matches`: a customer stands there once for each identifier that names it. */
function searchOf(given: number, matches: readonly FoundCustomer[]): CustomerSearch {
  if (matches.length === 0) return { kind: 'unknown' };
  const times = new Map<string, number>();
  for (const { customerId } of matches) times.set(customerId, (times.get(customerId) ?? 0) + 1);
  const agreed = [...times].filter(([, count]) => count === given);
  if (agreed.length === 0) return { kind: 'disagreeing' };
  if (agreed.length > 1) return { kind: 'ambiguous' };
  const customer = matches.find(({ customerId }) => customerId === agreed[0]?.[0]);
  return customer === undefined ? { kind: 'unknown' } : { kind: 'found', customer };
}
