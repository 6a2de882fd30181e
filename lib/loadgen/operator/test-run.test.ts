import { expect, it } from 'vitest';
import { Problem } from '@/lib/model/problem';
import { operatorLoadSchema } from '@/lib/model/operator-load';
import { testRunObjects, type TestRunInput } from './test-run';
import { setupMsOf, startsTogether } from './setup';
import { RunnerOutput } from './runner-log';

const mebibyte = 2 ** 20;
const input = (change: Partial<TestRunInput> = {}): TestRunInput => ({
  runId: 'run',
  namespace: 'load',
  operator: operatorLoadSchema.parse({ runners: 4 }),
  files: [{ path: 'main.ts', content: 'export default () => {};' }],
  env: { KEY: 'value' },
  config: {},
  ingest: { url: 'http://scaletrace.svc/api/ingest/run', secret: 'secret' },
  authorities: null,
  refused: ['0.0.0.0/1'],
  trendStats: ['avg', 'p(95)'],
  setupByHand: false,
  ...change,
});

it('puts files into as few ConfigMaps as they fit in, each at its place in the pod', () => {
  const files: TestRunInput['files'] = [
    { path: 'main.ts', content: 'x'.repeat(mebibyte / 2) },
    { path: 'lib/a.bin', content: Buffer.alloc(mebibyte / 2) },
    { path: 'lib/b.bin', content: Buffer.alloc(1) },
  ];
  const { testRun, owned } = testRunObjects(input({ files }));
  const maps = owned('uid').filter(({ kind }) => kind === 'ConfigMap');
  const sizes = maps.map(({ binaryData }) =>
    Object.values(binaryData as Record<string, string>).map((text) => Buffer.from(text, 'base64').length),
  );
  expect(sizes).toEqual([[mebibyte / 2, mebibyte / 2], [1]]);
  const placed = JSON.stringify(testRun.spec);
  for (const { path } of files) expect(placed).toContain(`"path":"${path}"`);
});

it('refuses a file that no ConfigMap takes, by its name', () => {
  const files: TestRunInput['files'] = [
    { path: 'main.ts', content: '' },
    { path: 'data/big.csv', content: Buffer.alloc(mebibyte + 1) },
  ];
  expect(() => testRunObjects(input({ files }))).toThrow(Problem);
  expect(() => testRunObjects(input({ files }))).toThrow(/data\/big\.csv/);
});

it('keeps all but a runner’s own threshold verdict out of k6 where several share the load', () => {
  const argumentsOf = (runners: number): string =>
    (
      testRunObjects(input({ operator: operatorLoadSchema.parse({ runners }) })).testRun.spec as {
        arguments: string;
      }
    ).arguments;
  expect(argumentsOf(1)).not.toContain('--no-thresholds');
  expect(argumentsOf(2)).toContain('--no-thresholds');
});

it.each([
  ['export function setup() {}', true],
  ['export async function teardown(data) {}', true],
  ['export const setup = () => 1;', true],
  ['function setup() {}\nexport { run as default, setup };', true],
  ['exports.setup = function () {};', true],
  ['function setup() {}\nexport default function () { setup(); }', false],
  ['export function setupPage() {}', false],
])('finds whether setup is to be called once: %s', (code, found) => {
  expect(startsTogether(['', code])).toBe(found);
});

it('waits for setup as long as the script lets it take', () => {
  const [usual, longer] = [setupMsOf({}), setupMsOf({ setupTimeout: '1m30s' })];
  expect(longer - usual).toBe(30_000);
  expect(setupMsOf({ setupTimeout: '60s' })).toBe(usual);
});

it('tells a log’s lines from the summary between them', () => {
  const output = new RunnerOutput();
  const lines = [
    '{"level":"info","msg":"hello","source":"console"}',
    '     checks: 100%',
    '{',
    '    "metrics": {',
    '    http_reqs......: 4  661.9/s',
    '      { expected_response:true }...: avg=5ms count=100',
    '        "http_reqs": { "count": 4 }',
    '    }',
    '}',
    '{"level":"error","msg":"late"}',
  ];
  expect(lines.map((line) => output.take(line))).toEqual([
    { level: 'info', text: 'hello' },
    { level: 'summary', text: '     checks: 100%' },
    null,
    null,
    { level: 'summary', text: '    http_reqs......: 4  661.9/s' },
    { level: 'summary', text: '      { expected_response:true }...: avg=5ms count=100' },
    null,
    null,
    null,
    { level: 'error', text: 'late' },
  ]);
  expect(JSON.parse(output.summaryJson!)).toEqual({ metrics: { http_reqs: { count: 4 } } });
});
