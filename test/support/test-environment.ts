/** What scripts/test.mjs prepared for this run. */
export function testEnvironment(name: 'HOLDFAST_TEST_SERVER_URL' | 'HOLDFAST_TEST_TEMPLATE'): string {
  const value = process.env[name];
  if (!value) throw new Error('This test needs PostgreSQL: run it through "npm test -- <path>", which brings one.');
  return value;
}
