/**
 * Specs run as ES modules (`--experimental-vm-modules`, set by scripts/test.mjs); swc strips the types, `tsc` checks them in
 * a step of its own. The suffix of a spec tells what it costs: `.spec` nothing, `.int.spec` PostgreSQL and Redis,
 * `.e2e.spec` whole processes.
 */
export default {
  rootDir: '.',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^#(domain|ledger|vouchers|platform)$': '<rootDir>/libs/$1/src/index.ts',
    '^#platform/(.*)$': '<rootDir>/libs/platform/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  reporters: ['default', '<rootDir>/scripts/jest-results-reporter.mjs'],
  maxWorkers: 2,
  // Ends what hangs, and nothing else: a machine of which others take nine tenths has to pass, too.
  testTimeout: 300_000,
};
