/**
 * `npm run --silent real-runs -- DIR [DIR…]`: feeds recordings of real autoscalers to the calculation; its last line is
 * `N passed, N failed`.
 */
import { readRealRuns } from './real-runs/recording';
import { judge } from './real-runs/judge';

const directories = process.argv.slice(2);
if (directories.length === 0) {
  console.error(
    'usage: npm run --silent real-runs -- DIR [DIR…]   (folders with recordings: testdata/real-runs/README.md)',
  );
  process.exit(2);
}
let failed = 0;
let passed = 0;
for (const directory of directories) {
  for (const run of readRealRuns(directory)) {
    const { line, ok } = judge(run);
    console.log(line);
    if (ok) passed++;
    else failed++;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
