import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '@/lib/environment/paths';

/** What a bundle cannot hold: native code, and packages that look for files of their own. */
const external = [
  '@libsql/client',
  '@node-rs/argon2',
  '@prisma/adapter-libsql',
  '@prisma/adapter-pg',
  '@prisma/client',
  '@resvg/resvg-js',
  'esbuild',
  'koffi',
  'libsql',
  'pg',
  'pg-connection-string',
  'pino',
  'pino-pretty',
  'prom-client',
  'protobufjs',
  'snappy',
  'undici',
];

const bundles = new Map<string, Promise<string>>();

/** The code of a thread, by its file under the project's root, as one text: a worker knows neither TypeScript nor the server's own bundle. */
export function threadCode(file: string): Promise<string> {
  const known = bundles.get(file);
  if (known) return known;
  const made = bundle(file).catch((error: unknown) => {
    bundles.delete(file);
    throw error;
  });
  bundles.set(file, made);
  return made;
}

async function bundle(file: string): Promise<string> {
  const { build } = await import('esbuild');
  const root = projectRoot();
  const { outputFiles } = await build({
    entryPoints: [join(root, file)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { '@': root },
    external,
    // A text has no place from which packages could be looked for.
    banner: {
      js: `require = require('node:module').createRequire(${JSON.stringify(join(root, 'package.json'))});`,
    },
    // The database's generated client asks where it is.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(root, file)).href) },
    // Shorter by a third; names stay, for what an error tells.
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  return inOneByte(outputFiles[0]!.text);
}

/**
 * Outside of regular expressions esbuild writes no such character; with one of them V8 keeps two bytes of each character of
 * the whole text.
 */
function inOneByte(code: string): string {
  return code.replace(/[\u0100-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
