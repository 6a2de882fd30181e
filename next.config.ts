import type { NextConfig } from 'next';

const config: NextConfig = {
  // Native or dynamic modules that must be loaded by Node itself, not bundled.
  serverExternalPackages: ['@libsql/client', 'libsql', '@prisma/adapter-libsql', '@kubernetes/client-node', 'snappy', 'protobufjs', 'undici', 'esbuild'],
  poweredByHeader: false,
  reactStrictMode: true,
};

export default config;
