import { expect, it } from 'vitest';
import { splitThenRollout } from '@/testdata/revisions/split-then-rollout';
import { type Run } from '@/lib/model/run';
import { scriptDiffs } from './compare-settings';

const file = (path: string, text: string | null) => ({ path, text, bytes: 1, sha256: '' });
const base: Run = {
  ...splitThenRollout().run,
  scriptText: 'one\ntwo',
  entry: 'main.ts',
  files: [file('lib/pay.ts', 'a\nb'), file('ping.proto', 'syntax'), file('users.csv', null)],
};

it('tells each code file and proto apart line by line, also one that only one run has', () => {
  const run: Run = {
    ...base,
    id: 'other',
    entry: 'start.ts',
    files: [
      file('lib/pay.ts', 'a\nc'),
      file('ping.proto', 'syntax'),
      file('more.ts', 'new'),
      file('users.csv', null),
    ],
  };
  const told = scriptDiffs([base, run], base);
  expect(told.map(({ runId, file }) => [runId, file])).toEqual([
    ['other', 'lib/pay.ts'],
    ['other', 'more.ts'],
  ]);
  expect(told[0]!.hunks[0]!.lines.filter((line) => /^[-+]/.test(line))).toEqual(['-b', '+c']);
  expect(told[1]!.hunks[0]!.lines).toContain('+new');
  // What only the reference has is gone from the other.
  expect(scriptDiffs([run, base], run)[1]!.hunks[0]!.lines).toContain('-new');
  const [script] = scriptDiffs([{ ...base, scriptText: 'one\nthree' }], base);
  expect(script).toMatchObject({ file: null, cut: false });
});
