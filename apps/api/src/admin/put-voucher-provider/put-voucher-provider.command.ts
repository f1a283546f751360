import { Command } from '@nestjs/cqrs';

export interface StoredProvider {
  readonly name: string;
  readonly version: bigint;
  readonly kind: string;
  readonly isDefault: boolean;
}

/** Configures a voucher provider. A change is a new version; redemptions stay with the one they were requested under. */
export class PutVoucherProviderCommand extends Command<StoredProvider> {
  constructor(
    readonly companyId: number,
    readonly name: string,
    readonly kind: string,
    readonly config: Readonly<Record<string, unknown>>,
    /** Absent: as it was. */
    readonly makeDefault: boolean | undefined,
  ) {
    super();
  }
}
