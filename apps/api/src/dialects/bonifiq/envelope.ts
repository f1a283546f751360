import { z } from 'zod';

/** 0: done. 1: answered, but not as the caller hoped. 2: refused. */
const severity = z.union([z.literal(0), z.literal(1), z.literal(2)]);

/** The four fields of the older pages, always, and those of the newer ones beside them (dialects.md §3). */
const head = {
  ErrorMessage: z.string().nullable(),
  ErrorCode: z.int().nullable(),
  HasError: z.boolean(),
  Code: z.string().nullable(),
  CodeName: z.string().nullable(),
  Severity: severity,
  HasWarning: z.boolean(),
};

export interface Envelope<Result> {
  readonly ErrorMessage: string | null;
  readonly ErrorCode: number | null;
  readonly Result: Result | null;
  readonly HasError: boolean;
  readonly Code: string | null;
  readonly CodeName: string | null;
  readonly Severity: z.output<typeof severity>;
  readonly HasWarning: boolean;
}

export const errorSchema = z.object({ ...head, Result: z.unknown().nullable() }).meta({ id: 'BonifiqError' });

export function envelopeOf<Result extends z.ZodType>(id: string, result: Result) {
  return z.object({ ...head, Result: result.nullable() }).meta({ id });
}

/** A code of the newer pages, where one is documented. */
export interface Remark {
  readonly Code: string | null;
  readonly CodeName: string | null;
}

export function done<Result>(Result: Result, { Code, CodeName }: Remark = silent): Envelope<Result> {
  return {
    ErrorMessage: null,
    ErrorCode: null,
    Result,
    HasError: false,
    Code,
    CodeName,
    Severity: 0,
    HasWarning: false,
  };
}

/** HTTP 200 as well: the call was understood, and says why nothing came of it. */
export function warned<Result>(Result: Result, message: string, { Code, CodeName }: Remark): Envelope<Result> {
  return { ...done(Result, { Code, CodeName }), ErrorMessage: message, Severity: 1, HasWarning: true };
}

const silent: Remark = { Code: null, CodeName: null };
