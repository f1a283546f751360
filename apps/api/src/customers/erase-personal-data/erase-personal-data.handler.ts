import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { ErasePersonalDataCommand } from './erase-personal-data.command.js';

@CommandHandler(ErasePersonalDataCommand)
export class ErasePersonalDataHandler implements ICommandHandler<ErasePersonalDataCommand> {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Events hold nothing personal, only digests of it, which say nothing once their salts are gone: so no event is touched, and every hash
   * stays what it is. An idempotency key leaves an empty one behind, since answers tell none from an erased one.
   * Plan: both tables by the beginning of their primary keys.
   */
  async execute({ companyId, customerId }: ErasePersonalDataCommand): Promise<void> {
    const [{ erased } = { erased: 0 }] = await this.prisma.$queryRaw<{ erased: number }[]>`
      WITH erased AS (
        UPDATE customer SET name = NULL, email = NULL, phone_number = NULL, pos_account_id = NULL, document = NULL,
                            tier = NULL, tags = '{}', updated_at = now()
         WHERE company_id = ${companyId}::int AND id = ${customerId}::text
        RETURNING company_id, wallet_id
      ), removed AS (
        DELETE FROM private_text t USING erased e
         WHERE t.company_id = e.company_id AND t.wallet_id = e.wallet_id AND t.content::jsonb -> 'idempotencyKey' IS NULL
      ), emptied AS (
        UPDATE private_text t SET salt = '', content = '{"idempotencyKey":""}' FROM erased e
         WHERE t.company_id = e.company_id AND t.wallet_id = e.wallet_id
           AND t.content::jsonb -> 'idempotencyKey' IS NOT NULL
      )
      SELECT count(*)::int AS erased FROM erased`;
    if (erased === 0) throw notFound();
  }
}
