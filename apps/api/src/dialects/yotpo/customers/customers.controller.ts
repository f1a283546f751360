import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { entryMovementOf, instant } from '#domain';
import { PutCustomerCommand } from '../../../customers/put-customer/put-customer.command.js';
import { ListRecentCustomersQuery } from '../../../customers/list-recent-customers/list-recent-customers.query.js';
import { ReadCustomersQuery } from '../../../customers/read-customers/read-customers.query.js';
import { ApiError, notFound } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { ListHistoryQuery } from '../../../wallets/list-history/list-history.query.js';
import { YotpoScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeYotpo } from '../describe.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import {
  customerAnswer,
  customerSchema,
  historyItem,
  type CustomerAnswer,
  type HistoryItem,
} from './customer-answer.js';
import {
  readParameters,
  recentParameters,
  recentSchema,
  writeParameters,
  type ReadParameters,
  type RecentAnswer,
  type RecentParameters,
  type WriteParameters,
} from './customers.schema.js';
import { pageToken, readPageToken } from './page-token.js';

const HISTORY_ITEMS_MAX = 100;
const END_OF_TIME = instant(Date.UTC(2255, 0, 1) * 1_000);

@Controller(YOTPO)
export class YotpoCustomersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('customers')
  @YotpoScope('wallets:read')
  @DescribeYotpo({
    summary: 'A customer, with the points',
    description: '`with_history` adds the newest 100 changes of the balance.',
    operationId: 'yotpoReadCustomer',
    query: readParameters,
    schema: customerSchema,
  })
  async read(
    @Parameters(readParameters) { with_history: withHistory, with_referral_code: withCode, ...named }: ReadParameters,
    @Call() { companyId }: CallContext,
  ): Promise<CustomerAnswer> {
    const { customerId } = await customerOf(this.queries, companyId, named);
    return {
      ...(await this.#customer(companyId, customerId)),
      ...(withCode === true ? { referral_code: null } : {}),
      ...(withHistory === true ? { history_items: await this.#history(companyId, customerId) } : {}),
    };
  }

  @Get('customers/recent')
  @YotpoScope('wallets:read')
  @DescribeYotpo({
    summary: 'Customers by when they were last changed',
    operationId: 'yotpoListRecentCustomers',
    query: recentParameters,
    schema: recentSchema,
  })
  async recent(
    @Parameters(recentParameters) { per_page: limit, page_info: token }: RecentParameters,
    @Call() { companyId }: CallContext,
  ): Promise<RecentAnswer> {
    const after = token === undefined ? undefined : readPageToken(token);
    const { customerIds, next } = await this.queries.execute(new ListRecentCustomersQuery(companyId, limit, after));
    const customers = await this.queries.execute(new ReadCustomersQuery(companyId, customerIds));
    return {
      customers: customers.map(customerAnswer),
      metadata: { per_page: limit, next_page_info: next === undefined ? null : pageToken(next) },
    };
  }

  @Post('customers')
  @HttpCode(200)
  @YotpoScope('points:write')
  @DescribeYotpo({
    summary: 'Create or update a customer and the wallet',
    description:
      'Known by customer_id; without one, by whom the e-mail or phone names, else a new one under its e-mail.',
    operationId: 'yotpoWriteCustomer',
    body: writeParameters,
    schema: customerSchema,
  })
  async write(
    @Parameters(writeParameters) parameters: WriteParameters,
    @Call() call: CallContext,
  ): Promise<CustomerAnswer> {
    const customerId = parameters.customer_id ?? (await this.#idOf(call.companyId, parameters));
    const { first_name: firstName, last_name: lastName } = parameters;
    const names = [firstName, lastName].filter((name) => name !== undefined);
    await this.commands.execute(
      new PutCustomerCommand(call, customerId, {
        name: names.length === 0 ? undefined : names.join(' '),
        email: parameters.customer_email,
        phoneNumber: parameters.phone_number,
        posAccountId: parameters.pos_account_id,
        tier: parameters.vip_tier_name,
        tags: parameters.tags,
      }),
    );
    return this.#customer(call.companyId, customerId);
  }

  async #idOf(companyId: number, named: WriteParameters): Promise<string> {
    try {
      return (await customerOf(this.queries, companyId, named)).customerId;
    } catch (error) {
      const isNew = error instanceof ApiError && error.code === 'NOT_FOUND';
      const id = named.customer_email ?? named.phone_number ?? named.pos_account_id;
      if (isNew && id !== undefined) return id;
      throw error;
    }
  }

  async #customer(companyId: number, customerId: string): Promise<CustomerAnswer> {
    const [summary] = await this.queries.execute(new ReadCustomersQuery(companyId, [customerId]));
    if (summary === undefined) throw notFound();
    return customerAnswer(summary);
  }

  async #history(companyId: number, customerId: string): Promise<HistoryItem[]> {
    const filter = { filter: 'all', limit: HISTORY_ITEMS_MAX, before: { newest: END_OF_TIME, skip: 0 } } as const;
    const { rows } = await this.queries.execute(new ListHistoryQuery(companyId, customerId, filter));
    return rows.flatMap((entry) => historyItem(entry, entryMovementOf(entry.event)?.pointsDelta ?? 0n) ?? []);
  }
}
