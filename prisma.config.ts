import { defineConfig } from 'prisma/config';

/**
 * For the `prisma` command of a person who has one; the product itself reads prisma/ on its own. The address comes from the
 * environment and is not needed to generate the client.
 */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: {
    url: process.env['DATABASE_MIGRATE_URL'] ?? process.env['DATABASE_DIRECT_URL'] ?? process.env['DATABASE_URL'] ?? '',
  },
});
