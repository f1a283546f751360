import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AdminOnly } from '../../auth/access.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN } from '../path.js';
import { CreateCompanyCommand } from './create-company.command.js';
import { companyBody, companySchema, type CompanyAnswer, type CompanyBody } from './create-company.schema.js';

@Controller(ADMIN)
export class CreateCompanyController {
  constructor(private readonly commands: CommandBus) {}

  @Post('companies')
  @AdminOnly()
  @DescribeAdmin({
    summary: 'Open a company',
    operationId: 'createCompany',
    status: 201,
    description: 'The company, with a voucher provider `generated` as its default.',
    schema: companySchema,
  })
  async create(@Body({ schema: companyBody }) { name, baseCurrency }: CompanyBody): Promise<CompanyAnswer> {
    return { data: await this.commands.execute(new CreateCompanyCommand(name, baseCurrency)) };
  }
}
