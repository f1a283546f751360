/** One broken invariant. */
export interface Finding {
  /** Which one, as a sentence that ought to be true. */
  readonly invariant: string;
  /** The wallet, redemption or event. */
  readonly where: string;
  readonly detail: string;
}

/** Takes a finding where the fact isn't so. */
export type Expect = (isSo: boolean, invariant: string, where: string, detail?: () => string) => void;
