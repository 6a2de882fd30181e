/** @type {import('next').NextConfig} */
const config = {
  // Native or dynamic modules that must be loaded by Node itself, not bundled.
  serverExternalPackages: [
    '@libsql/client',
    'libsql',
    '@prisma/adapter-libsql',
    '@prisma/adapter-pg',
    'pg',
    '@kubernetes/client-node',
    'snappy',
    'protobufjs',
    'undici',
    'esbuild',
    '@node-rs/argon2',
    '@resvg/resvg-js',
    'pino',
    'pino-pretty',
    'prom-client',
  ],
  poweredByHeader: false,
  // `npm run lint` and `npm test` check the types of everything; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  reactStrictMode: true,
  // Sentences come to a page parsed (`parsedMessagesOf`): it need not have the parser.
  turbopack: { resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' } },
};

export default config;
