import { readdirSync } from 'node:fs';
import next from '@next/eslint-plugin-next';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const calculation = ['model', 'statistics', 'autoscaling', 'timeline'];
const server = [
  ...calculation,
  'verdict',
  'threads',
  'whatif',
  'environment',
  'words',
  'access',
  'masking',
  'store',
  'telemetry',
];
/** @type {Record<string, string[]>} What each room of `lib` may import beside itself: docs/design.md, Layers. */
const mayImport = {
  model: [],
  statistics: ['model'],
  autoscaling: ['model'],
  timeline: ['model', 'autoscaling', 'statistics'],
  verdict: ['model', 'statistics', 'timeline'],
  threads: ['model', 'environment'],
  whatif: [...calculation, 'environment', 'threads', 'words'],
  environment: [],
  words: ['model', 'environment'],
  access: ['model'],
  masking: ['model', 'timeline', 'store'],
  loadgen: ['model', 'statistics', 'environment', 'cluster'],
  outgoing: ['model', 'environment'],
  cluster: ['model', 'environment', 'outgoing'],
  store: [...calculation, 'environment', 'words', 'access'],
  server: [],
  telemetry: [],
  identity: ['model', 'access', 'store', 'environment'],
  judging: server,
  runs: [...server, 'judging', 'loadgen', 'cluster', 'outgoing'],
  comparing: [...server, 'judging'],
  sharing: [...server, 'judging'],
  importing: [...server, 'judging'],
  exporting: [...server, 'judging', 'runs'],
  lab: [...calculation, 'environment', 'words'],
  api: [
    ...server,
    'server',
    'identity',
    'loadgen',
    'cluster',
    'runs',
    'judging',
    'comparing',
    'sharing',
    'importing',
    'exporting',
  ],
};
const rooms = Object.keys(mayImport);
const pure = ['model', 'statistics', 'autoscaling', 'timeline', 'verdict'];
/** What of the API a page may know: the client, whose types alone come from the routes. */
const apiInside = ['@/lib/api/*', '!@/lib/api/client', '!@/lib/api/api-problem'];
const features = readdirSync(new URL('app/_features', import.meta.url));

/** What is neither beside nor below is named from the root: a file can be moved, and a layer be checked. */
const upwards = { regex: '^\\.\\./', message: 'Import by `@/`.' };

/**
 * A layer's check, as plain import patterns: no resolver can silently switch it off.
 * @param {string} folder @param {string[]} group what may not be imported @param {string} message
 */
const layer = (folder, group, message) => ({
  files: [`${folder}/**/*.{ts,tsx}`],
  ignores: ['**/*.test.{ts,tsx}'],
  rules: {
    'no-restricted-imports': /** @type {import('eslint').Linter.RuleEntry} */ ([
      'error',
      { patterns: [upwards, { group, message: `${message} (docs/design.md, Layers).` }] },
    ]),
  },
});

export default tseslint.config(
  /** @type {import('typescript-eslint').ConfigArray} */ ([
    {
      ignores: [
        '.next/**',
        'node_modules/**',
        '.scaletrace/**',
        'lib/store/generated/**',
        'lib/store/generated-postgres/**',
        'lib/model/generated/**',
        'next-env.d.ts',
        'dist/**',
        'testdata/**',
        'test-results/**',
        'playwright-report/**',
      ],
    },
    ...tseslint.configs.recommendedTypeChecked,
    {
      // Programs that do not change cost less than a language service that could follow an editor.
      languageOptions: {
        parserOptions: {
          project: ['tsconfig.json', 'loadtests/tsconfig.json'],
          tsconfigRootDir: import.meta.dirname,
        },
      },
    },
    {
      files: ['**/*.{ts,tsx,mjs}'],
      plugins: { '@next/next': next },
      rules: {
        ...next.configs.recommended.rules,
        '@typescript-eslint/no-explicit-any': 'error',
        // What an async function throws before it awaits anything is a rejection too, which is what its caller waits for.
        '@typescript-eslint/require-await': 'off',
        // React drops what a handler returns; what an action meets is kept by useAttempt().
        '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
        '@typescript-eslint/no-unused-vars': [
          'error',
          { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
        ],
        '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      },
    },
    {
      // Its rules compile each file as React's compiler does: where no React is, that is for nothing.
      files: ['app/**/*.{ts,tsx}'],
      plugins: { 'react-hooks': reactHooks },
      rules: reactHooks.configs.recommended.rules,
    },
    {
      // Charts move by themselves, outside React's render: a crosshair is moved through its element.
      files: ['app/_ui/charts/**'],
      rules: { 'react-hooks/immutability': 'off' },
    },
    {
      files: ['**/*.{ts,tsx}'],
      rules: { 'no-restricted-imports': ['error', { patterns: [upwards] }] },
    },
    {
      // Set-up runs before anything is installed; tests and benches set variables for what they start.
      files: ['**/*.{ts,tsx}'],
      ignores: [
        'lib/environment/environment.ts',
        '**/*.test.{ts,tsx}',
        '**/fake-*.ts',
        'e2e/**',
        '*.config.ts',
      ],
      rules: {
        'no-restricted-syntax': [
          'error',
          {
            // Next's bundler replaces the two by their values. Setting a variable is no reading.
            selector:
              "MemberExpression[object.name='process'][property.name='env']:not(MemberExpression[property.name=/^(NODE_ENV|NEXT_RUNTIME)$/] > .object):not(AssignmentExpression > .left > .object)",
            message: 'lib/environment/environment.ts reads the environment: add the variable there.',
          },
        ],
      },
    },
    layer('cli', ['@/app/*', '@/scripts/*', '@/e2e/*'], 'The command line stands apart'),
    ...rooms.map((room) =>
      layer(
        `lib/${room}`,
        [
          ...rooms
            .filter((other) => other !== room && !mayImport[room]?.includes(other))
            .flatMap((other) => [`@/lib/${other}/*`, `@/lib/${other}`]),
          ...['app', 'cli', 'scripts', 'e2e'].map((folder) => `@/${folder}/*`),
        ],
        `lib/${room} may import only: ${mayImport[room]?.join(', ') || 'nothing'}`,
      ),
    ),
    layer(
      'app',
      [...apiInside, '!@/lib/api/mount'],
      'Pages know of the API its client, and where it is mounted',
    ),
    layer(
      'app/_ui',
      ['@/app/_features/*', '@/app/api/*', '@/cli/*', '@/scripts/*', ...apiInside],
      'What features share knows none of them',
    ),
    ...features.map((feature) =>
      layer(
        `app/_features/${feature}`,
        [
          ...features.filter((other) => other !== feature).map((other) => `@/app/_features/${other}/*`),
          '@/app/api/*',
          '@/cli/*',
          '@/scripts/*',
          ...apiInside,
        ],
        'A feature does not reach into another: what both need is in app/_ui',
      ),
    ),
    {
      files: pure.flatMap((l) => [`lib/${l}/**/*.ts`]),
      ignores: ['**/*.test.ts'],
      rules: {
        'no-restricted-globals': [
          'error',
          'fetch',
          'process',
          'setTimeout',
          'setInterval',
          'performance',
          'window',
          'document',
        ],
        'no-restricted-properties': [
          'error',
          { object: 'Date', property: 'now', message: 'Pure folders take time as an argument.' },
        ],
        'no-restricted-syntax': [
          'error',
          {
            selector: "NewExpression[callee.name='Date'][arguments.length=0]",
            message: 'Pure folders take time as an argument.',
          },
          {
            selector: 'ImportDeclaration[source.value=/^(node:|react|next|undici|@prisma)/]',
            message: 'Pure folders do no I/O and know no React.',
          },
        ],
      },
    },
    {
      files: ['**/*.{ts,tsx}'],
      ignores: [
        'app/**/{page,layout,error,loading,not-found,global-error,template,default,manifest,sitemap,robots,icon,apple-icon,opengraph-image}.{ts,tsx}',
        '*.config.ts',
        'loadtests/**',
        'proxy.ts',
        'e2e/global-setup.ts',
      ],
      rules: {
        'no-restricted-exports': [
          'error',
          {
            restrictDefaultExports: {
              direct: true,
              named: true,
              defaultFrom: true,
              namedFrom: true,
              namespaceFrom: true,
            },
          },
        ],
      },
    },
  ]),
);
