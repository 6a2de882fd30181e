import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { runThresholds } from '@/lib/loadgen/fake-threshold-run';
import { createIngest } from '@/lib/loadgen/ingest';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { ThresholdJudge } from './judge-thresholds';
import { nameInSummary } from './metric-name';

it('judges what the k6 of this machine pushes as it does itself', async () => {
  const { path } = await findK6({ stateDir: stateDirectory() });
  const scripts = ['trends', 'rates', 'tags'].map((name) =>
    readFileSync(new URL(`../../../testdata/thresholds/${name}.js`, import.meta.url), 'utf8'),
  );
  const runs = await Promise.all(scripts.map((scriptText) => runThresholds(path, { scriptText })));
  for (const { options, pushes, summary, scriptText } of runs) {
    const judge = new ThresholdJudge(options);
    const ingest = createIngest({ script: scriptText });
    for (const { atMs, base64 } of pushes) judge.take(ingest.push(Buffer.from(base64, 'base64'), atMs));
    const seconds = summary.testRunDurationMs / 1000;
    const ours = judge.judge(null, { least: seconds, most: seconds });
    const decided = ours.filter(({ ok }) => ok !== null);
    expect(decided.length).toBeGreaterThan(ours.length / 2);
    expect(decided.map(({ asked: { name, source }, ok }) => [name, source, ok])).toEqual(
      decided.map(({ asked: { name, source } }) => [
        name,
        source,
        summary.metrics
          .find(({ metric }) => metric === nameInSummary(name))
          ?.thresholds.find((one) => one.source === source)?.ok,
      ]),
    );
  }
});
