import next from '@next/eslint-plugin-next';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** @type {Record<string, string[]>} What each layer may import, as the design's table says. A layer may always import itself. */
const mayImport = {
  autoscaling: [],
  histogram: [],
  timeline: ['autoscaling', 'histogram'],
  loadgen: ['histogram', 'timeline'],
  kubernetes: ['timeline'],
  access: [],
  store: ['timeline', 'histogram', 'access'],
  identity: ['access', 'store'],
  runs: ['autoscaling', 'histogram', 'timeline', 'loadgen', 'kubernetes', 'store', 'report', 'access'],
  report: ['autoscaling', 'store', 'timeline', 'histogram', 'access'],
  lab: ['autoscaling'],
  app: [
    'autoscaling',
    'histogram',
    'timeline',
    'loadgen',
    'kubernetes',
    'store',
    'runs',
    'report',
    'access',
    'identity',
  ],
  scripts: [
    'autoscaling',
    'histogram',
    'timeline',
    'loadgen',
    'kubernetes',
    'store',
    'runs',
    'report',
    'lab',
    'access',
    'identity',
  ],
};
const pure = ['autoscaling', 'histogram', 'timeline'];

export default tseslint.config(
  /** @type {import('typescript-eslint').ConfigArray} */ ([
    {
      ignores: [
        '.next/**',
        'node_modules/**',
        '.scaletrace/**',
        'lib/store/generated/**',
        'next-env.d.ts',
        'dist/**',
        'test-results/**',
        'playwright-report/**',
      ],
    },
    ...tseslint.configs.recommended,
    {
      files: ['**/*.{ts,tsx,mjs}'],
      plugins: { '@next/next': next, 'react-hooks': reactHooks },
      rules: {
        ...reactHooks.configs.recommended.rules,
        ...next.configs.recommended.rules,
        '@typescript-eslint/no-explicit-any': 'error',
        '@typescript-eslint/no-unused-vars': [
          'error',
          { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
        ],
        '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      },
    },
    {
      // Charts move by themselves, outside React's render: a crosshair is moved through its element.
      files: ['app/_charts/**'],
      rules: { 'react-hooks/immutability': 'off' },
    },
    // Layers: written as plain import patterns, so that no resolver can silently switch the rule off.
    ...Object.entries(mayImport)
      .filter(([layer]) => layer !== 'scripts')
      .map(([layer, allowed]) => ({
        files: layer === 'app' ? ['app/**/*.{ts,tsx}'] : [`lib/${layer}/**/*.{ts,tsx}`],
        ignores: ['**/*.test.ts', '**/*.test.tsx'],
        rules: {
          'no-restricted-imports': [
            'error',
            {
              patterns: [
                {
                  group: Object.keys(mayImport)
                    .filter((l) => l !== layer && !allowed.includes(l))
                    .flatMap((l) =>
                      l === 'app' || l === 'scripts'
                        ? [`@/${l}/*`, `@/${l}`]
                        : [`@/lib/${l}/*`, `@/lib/${l}`, `**/../${l}/*`],
                    ),
                  message: `lib layer "${layer}" may import only: ${allowed.join(', ') || 'nothing'} (docs/design.md, Layers).`,
                },
              ],
            },
          ],
        },
      })),
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
