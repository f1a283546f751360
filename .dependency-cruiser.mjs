/** Who may import whom. Each rule says why; ARCHITECTURE.md draws the picture. */
const SPEC = '\\.spec\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'domain-imports-nothing',
      comment: 'Decisions are pure, so that replaying them years later gives the same answer.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: SPEC },
      to: { pathNot: '^libs/domain/' },
    },
    {
      name: 'domain-specs-import-only-their-tools',
      comment: 'A test of the domain needs a test runner and properties, nothing else.',
      severity: 'error',
      from: { path: `^libs/domain/.*${SPEC}` },
      to: { pathNot: '^(libs/domain/|test/|node_modules/(@jest/globals|fast-check)/|(node:)?(crypto|fs|path|url)$)' },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'Libraries serve every program and know none.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'platform-knows-no-business',
      comment: 'Connections, settings and logs are below the business.',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^libs/(ledger|vouchers)/' },
    },
    {
      name: 'ledger-and-vouchers-know-their-libraries',
      comment: 'Neither needs the other: the saga in the worker brings them together.',
      severity: 'error',
      from: { path: '^libs/(ledger|vouchers)/', pathNot: SPEC },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/(domain|platform)/'] },
    },
    {
      name: 'libs-never-use-cqrs',
      comment: 'Command and query buses are the API’s; nothing durable may ride on them.',
      severity: 'error',
      from: { path: '^(libs|apps/(worker|cli))/' },
      to: { path: '^node_modules/@nestjs/cqrs' },
    },
    {
      name: 'apps-never-import-each-other',
      comment: 'Programs meet in PostgreSQL, so that each can be run on machines of its own.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: SPEC },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'api-never-uses-the-queue',
      comment: 'The API appends facts; the relay turns them into jobs. A direct job would be lost when the queue is.',
      severity: 'error',
      from: { path: '^apps/api/' },
      to: { path: '^(node_modules/bullmq|libs/platform/src/queue)/' },
    },
    {
      name: 'cli-never-uses-the-queue',
      comment: 'Only the worker talks to the queue.',
      severity: 'error',
      from: { path: '^apps/cli/' },
      to: { path: '^(node_modules/bullmq|libs/platform/src/queue)/' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'What is tested must not depend on its tests.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: SPEC },
      to: { path: ['^test/', SPEC] },
    },
    {
      name: 'no-cycles',
      comment: 'In a cycle no part can be understood, or changed, alone.',
      severity: 'error',
      from: { pathNot: '^libs/platform/src/prisma/generated/' },
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere would escape every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      // Parts of packages (csv-stringify/sync) are found as Node.js finds them.
      exportsFields: ['exports'],
      // Package imports (#domain …) lead to the sources by their "types" condition, whether or not dist/ is there.
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
