import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { judge } from './judge';
import { readRealRuns } from './recording';

const runs = readRealRuns(fileURLToPath(new URL('../../testdata/real-runs', import.meta.url)));

test.each(runs.map((run) => [run.name, run] as const))(
  'the calculation follows the real autoscaler of %s, wherever its first tick falls',
  (_name, run) => {
    const { worst } = judge(run);
    expect(worst).toBeLessThanOrEqual(run.conditions.maxMeanAbsoluteError);
  },
);

test('another configuration than the recorded one does not follow it', () => {
  const [run] = runs;
  const wrong = { ...run!, conditions: { ...run!.conditions, containerConcurrency: 10 } };
  expect(judge(wrong).ok).toBe(false);
});
