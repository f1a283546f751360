export interface WelcomeOptions {
  readonly baseUrl: string;
  readonly demoApiKey: string;
  /** Given when it was made just now: it is shown this once. */
  readonly newAdminApiKey: string | undefined;
  readonly dataDir: string;
  readonly database: string;
  readonly queue: string;
  readonly readyMs: number;
}

/** What a person reads when everything is up. */
export function welcome(options: WelcomeOptions): string {
  const seconds = (options.readyMs / 1000).toFixed(1);
  const admin =
    options.newAdminApiKey === undefined
      ? []
      : ['', `Admin key, shown this once (kept in ${options.dataDir}):`, `  ${options.newAdminApiKey}`];
  return [
    '',
    `Holdfast is ready at ${options.baseUrl} after ${seconds} s (${options.database}; ${options.queue}).`,
    `API description: ${options.baseUrl}/docs   Data and logs: ${options.dataDir}   Stop: Ctrl-C`,
    ...admin,
    '',
    'Redeem 100 points of the customer "demo" for a voucher:',
    '',
    `  curl -s ${options.baseUrl}/customer/api/open/v1/loyalty/customers/demo/redeem \\`,
    `    -H 'x-api-key: ${options.demoApiKey}' -H 'content-type: application/json' \\`,
    `    -d '{"rewardOptionId":"coffee","rewardName":"A coffee","pointsCost":100}'`,
    '',
  ].join('\n');
}
