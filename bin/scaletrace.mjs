#!/usr/bin/env node
// The command line: TypeScript beside this checkout, run by tsx with the checkout's own tsconfig, wherever it is called from.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.env.TSX_TSCONFIG_PATH ??= `${root}tsconfig.json`;
process.env.SCALETRACE_ROOT ??= root;
try {
  const { register } = await import('tsx/esm/api');
  register();
} catch {
  console.error('✗ Scaletrace’s packages are not installed: run npm ci in its checkout first.');
  process.exit(2);
}
/** @type {unknown} */
const cli = await import(new URL('../cli/main.ts', import.meta.url).href);
const { runCommandLine } = /** @type {typeof import('../cli/main')} */ (cli);
process.exit(await runCommandLine(process.argv.slice(2)));
