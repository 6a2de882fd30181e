// `npm run fuzz [-- RUNS]`: the property tests with RUNS new cases each (5,000 unless told; in proportion where a test tries more or fewer). A counterexample is
// printed with its seed and path; write it down as a test of its own before mending what it shows.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/setup.mjs';

const runs = Number(process.argv[2] ?? 5000);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(
    `"${process.argv[2]}" is no number of runs. Write a whole number from 1 on, as in: npm run fuzz -- 20000`,
  );
  process.exit(2);
}
const tests = spawnSync('git', ['ls-files', '*.test.ts', '*.test.tsx'], { cwd: root, encoding: 'utf8' })
  .stdout.split('\n')
  .filter(Boolean);
const withProperties = tests.filter((file) =>
  readFileSync(join(root, file), 'utf8').includes("from 'fast-check'"),
);
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    'unit*',
    '--testTimeout=3600000',
    ...withProperties,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SCALETRACE_FUZZ_RUNS: String(runs) },
  },
);
process.exit(status ?? 1);
