// Bundles the page that an HTML export carries: its script and its style, as JSON on standard output. A process of its
// own, since the dashboard's bundler can pack neither esbuild nor Tailwind.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/postcss';
import { build } from 'esbuild';
import postcss from 'postcss';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Next's own parts as a file without a server has them; the editor as plain text, which is a third of the size. */
const stand = {
  'next/link': 'export default function Link(props) { return <a {...props} />; }',
  'next/navigation':
    'export function useRouter() { return { push() {}, replace() {}, refresh() {} }; }\nexport function usePathname() { return ""; }\nexport function useSearchParams() { return new URLSearchParams(); }',
  'next/dynamic': `import { lazy, Suspense } from 'react';
export default function dynamic(load, { loading: Loading = () => null } = {}) {
  const Loaded = lazy(() => load().then((found) => ({ default: found.default ?? found })));
  return function Dynamic(props) { return <Suspense fallback={<Loading />}><Loaded {...props} /></Suspense>; };
}`,
  'code-editor':
    'export function CodeEditor({ label, value }) { return <pre aria-label={label} role="region" tabIndex={0} className="max-h-[36rem] overflow-auto rounded-lg border bg-muted/40 p-3 font-mono text-xs leading-relaxed">{value}</pre>; }',
};

/** @type {import('esbuild').Plugin} */
const withoutServer = {
  name: 'without-server',
  setup(plugin) {
    plugin.onResolve({ filter: /^next\/(link|navigation|dynamic)$/ }, ({ path }) => ({
      path,
      namespace: 'stand',
    }));
    plugin.onResolve({ filter: /\/_components\/code-editor$/ }, () => ({
      path: 'code-editor',
      namespace: 'stand',
    }));
    plugin.onLoad({ filter: /.*/, namespace: 'stand' }, ({ path }) => ({
      contents: stand[/** @type {keyof typeof stand} */ (path)],
      loader: 'jsx',
      resolveDir: root,
    }));
  },
};

const [script, style] = await Promise.all([
  build({
    entryPoints: [join(root, 'app/_offline/main.tsx')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    // The export holds its sentences parsed, as a page does.
    alias: { '@': root, 'use-intl/format-message': 'use-intl/format-message/format-only' },
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [withoutServer],
    logLevel: 'silent',
  }),
  // The plug-in's types are those of another version of postcss.
  postcss([
    /** @type {import('postcss').AcceptedPlugin} */ (
      /** @type {unknown} */ (tailwind({ base: root, optimize: { minify: true } }))
    ),
  ]).process(readFileSync(join(root, 'app/globals.css'), 'utf8'), { from: join(root, 'app/globals.css') }),
]);

/** @param {string} name @param {string} variable @param {string} path */
function font(name, variable, path) {
  const data = readFileSync(join(root, 'node_modules/geist/dist/fonts', path)).toString('base64');
  return `@font-face{font-family:"${name}";src:url(data:font/woff2;base64,${data}) format("woff2");font-weight:100 900}:root{${variable}:"${name}"}`;
}

const fonts =
  font('Geist', '--font-geist-sans', 'geist-sans/Geist-Variable.woff2') +
  font('Geist Mono', '--font-geist-mono', 'geist-mono/GeistMono-Variable.woff2');
process.stdout.write(JSON.stringify({ script: script.outputFiles[0]?.text ?? '', style: fonts + style.css }));
