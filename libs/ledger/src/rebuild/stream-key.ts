/** A stream, by company and wallet. */
export interface StreamKey {
  readonly companyId: number;
  readonly walletId: string;
}
