import { defineConfig } from 'prisma/config';
import { databaseUrl } from './lib/environment/paths';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: databaseUrl() },
});
