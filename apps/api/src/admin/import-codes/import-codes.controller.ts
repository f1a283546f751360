import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AdminOnly } from '../../auth/access.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN } from '../path.js';
import { providerParams, type ProviderParams } from '../put-voucher-provider/put-voucher-provider.schema.js';
import { ImportCodesCommand } from './import-codes.command.js';
import {
  IMPORT_BYTES_MAX,
  importCodesBody,
  importedSchema,
  type ImportCodesBody,
  type ImportedAnswer,
} from './import-codes.schema.js';

@Controller(ADMIN)
export class ImportCodesController {
  constructor(private readonly commands: CommandBus) {}

  @Post('companies/:id/voucher-providers/:name/codes')
  @HttpCode(200)
  @AdminOnly({ bodyBytesMax: IMPORT_BYTES_MAX })
  @DescribeAdmin({
    summary: 'Import codes into a pool',
    operationId: 'importCodes',
    status: 200,
    description: 'How many were new, how many known already, and how many the pool holds now.',
    schema: importedSchema,
  })
  async import(
    @Param({ schema: providerParams }) { id, name }: ProviderParams,
    @Body({ schema: importCodesBody }) { codes }: ImportCodesBody,
  ): Promise<ImportedAnswer> {
    return { data: await this.commands.execute(new ImportCodesCommand(id, name, codes)) };
  }
}
