import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const alias = { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') };
const exclude = ['node_modules/**', '.next/**', '.scaletrace/**', 'e2e/**'];

const unit = ['**/*.test.ts', '**/*.test.tsx'];
const notUnit = [...exclude, '**/*.integration.test.ts', '**/*.conformance.test.ts'];
/** What calculates, draws and says, and keeps nothing that another file's tests could meet: those need no process each. */
const stateless = [
  'app/**',
  'lib/{autoscaling,comparing,importing,masking,model,sharing,statistics,timeline,verdict,words}/**',
];

const ofUnits = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  // By itself vitest leaves one core to others.
  maxWorkers: 2,
  setupFiles: ['./scripts/test/properties.ts'],
};

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: unit,
          exclude: [...notUnit, ...stateless],
          ...ofUnits,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'unit, stateless',
          include: stateless.flatMap((folder) => unit.map((file) => folder.replace('**', file))),
          exclude: notUnit,
          isolate: false,
          ...ofUnits,
        },
      },
      {
        // Real k6, real lab, real SQLite: they mostly wait, so that three files share two cores well.
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
          // A number of its own: vitest takes both kinds in one call only after one another (`npm run test:postgres`).
          sequence: { groupOrder: 1 },
          // Real processes on shared cores: once more is fair, what is wrong fails again.
          retry: process.env.CI ? 2 : 0,
        },
      },
      {
        // Real etcd, API server and Envoy, which `npm run conformance` gets first.
        resolve: { alias },
        test: {
          name: 'conformance',
          include: ['**/*.conformance.test.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          retry: process.env.CI ? 2 : 0,
        },
      },
    ],
  },
});
