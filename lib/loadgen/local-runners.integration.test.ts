import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { cellBounds } from '@/lib/statistics/histogram/bounds';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { english } from '@/lib/words/english';
import { listen, urlOf } from './fake-server';
import { type LoadEnd, type LoadLogLine, type RunningLoad } from './engine';
import { type IngestedPoint } from './ingest';
import { LocalK6 } from './local-k6';
import { senderOf } from './load-ingest';

/** Each request of the service, by its path. */
let served: string[] = [];
let pushesTo: RunningLoad['pushes'] | null = null;
let points: IngestedPoint[] = [];
let log: LoadLogLine[] = [];
let engine: LocalK6;
const target = createServer((request, response) => {
  served.push(request.url ?? '');
  // k6 tells of its users once a second: the load is longer.
  setTimeout(() => response.end('Hello!'), request.url === '/work' ? 80 : 0);
});
const receiver = createServer((request, response) => {
  void buffer(request).then((body) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    points.push(
      ...(pushesTo?.push(body, performance.now(), senderOf(searchParams.get('runner'), null)).second
        ?.points ?? []),
    );
    response.writeHead(204).end();
  });
});

beforeAll(async () => {
  await Promise.all([listen(target), listen(receiver)]);
  engine = new LocalK6(stateDirectory(), urlOf(receiver));
});
afterAll(() => {
  for (const server of [target, receiver]) server.close().closeAllConnections();
});
beforeEach(() => {
  [served, points, log, pushesTo] = [[], [], [], null];
});

const script = `
import http from 'k6/http';
import { check } from 'k6';
const get = (path) => http.get(__ENV.TARGET_URL + path);
export const options = {
  thresholds: { 'http_req_duration{expected_response:true}': ['p(95)<5000'] },
  scenarios: { work: { executor: 'shared-iterations', vus: 8, iterations: 200, maxDuration: '30s' } },
};
export function setup() { get('/setup'); return { word: 'of-setup' }; }
export default function (data) {
  check(get('/work'), { ok: ({ status }) => status === 200, word: () => data.word === 'of-setup' });
}
export function teardown(data) { get('/teardown-' + data.word); }
`;

async function begin(runners: number, scriptText = script): Promise<RunningLoad> {
  const load = await engine.start({
    runId: `${runners}-${Date.now()}`,
    scriptName: 'mine',
    scriptText,
    env: {},
    uncagedAllowed: true,
    target: { gatewayUrl: urlOf(target), host: '127.0.0.1' },
    clientCertificate: null,
    options: {},
    runners,
    cluster: null,
    ingestSecret: 'secret',
    onLog: (line) => log.push(line),
  });
  pushesTo = load.pushes;
  return load;
}

async function over(load: RunningLoad): Promise<LoadEnd> {
  const end = await load.ended;
  points.push(...(load.pushes.finish()?.points ?? []));
  return end;
}

const sumOf = (metric: string): number =>
  points.filter((point) => point.metric === metric).reduce((sum, { value }) => sum + (value ?? 0), 0);
const durations = () =>
  mergeHistograms(
    points.flatMap(({ metric, tags, histogram }) =>
      metric === 'http_req_duration' && tags.group !== '::setup' && tags.group !== '::teardown' && histogram
        ? [histogram]
        : [],
    ),
  );
const texts = (): string =>
  log.map(({ text }) => (typeof text === 'string' ? text : english(text))).join('\n');

it('makes of four runners the load that one makes: each request once, setup and teardown once', async () => {
  const alone = await over(await begin(1));
  expect(alone).toMatchObject({ state: 'finished', reason: null });
  const one = { counts: [...served].sort(), durations: durations(), summary: alone.summary };
  [served, points, log] = [[], [], []];
  const end = await over(await begin(4));
  expect([end.state, end.reason && english(end.reason), texts()]).toEqual([
    'finished',
    null,
    expect.anything(),
  ]);
  expect([...served].sort()).toEqual(one.counts);
  expect(served.at(0)).toBe('/setup');
  expect(served.at(-1)).toBe('/teardown-of-setup');
  expect([sumOf('http_reqs'), sumOf('iterations')]).toEqual([202, 200]);
  expect(durations().count).toBe(200);
  // The summary, put together.
  const valuesOf = (metric: string) => end.summary?.metrics.find((other) => other.metric === metric)?.values;
  expect(end.summary?.runners).toBe(4);
  expect(end.summary?.checks.map(({ name, passes, fails }) => [name, passes, fails])).toEqual([
    ['ok', 200, 0],
    ['word', 200, 0],
  ]);
  expect(valuesOf('http_reqs')?.count).toBe(202);
  expect(valuesOf('vus_max')?.value).toBe(8);
  expect(end.summary?.metrics.flatMap(({ thresholds }) => thresholds)).toEqual([]);
  for (const metric of ['http_req_duration', 'http_req_duration{expected_response:true}']) {
    const values = valuesOf(metric)!;
    expect(values.count).toBe(202);
    expect(values['p(95)']).toBeGreaterThanOrEqual(values.med!);
    expect(values['p(95)']).toBeLessThanOrEqual(values.max!);
  }
  // k6's own exact percentile of one is within the bucket that the recording has it in.
  const exactMs = one.summary!.metrics.find(({ metric }) => metric === 'http_req_duration')!.values['med']!;
  const place = one.durations.cells.find(([index]) => {
    const { lower, upper } = cellBounds(one.durations.schema, index);
    return quantile(one.durations, 0.5) > lower && quantile(one.durations, 0.5) <= upper;
  })!;
  const bounds = cellBounds(one.durations.schema, place[0]);
  expect(exactMs / 1000).toBeGreaterThanOrEqual(bounds.lower);
  expect(exactMs / 1000).toBeLessThanOrEqual(bounds.upper);
});

const endless = script.replace('iterations: 200', 'iterations: 1e9');

it('goes on without a runner that was killed, and says which', async () => {
  const load = await begin(3, endless);
  const { pids } = load.handle as { pids: number[] };
  await until(() => sumOf('http_reqs') > 0);
  process.kill(pids[1]!, 'SIGKILL');
  await until(() => /runner 2 of 3: k6 was killed/.test(texts()));
  const soFar = served.length;
  await until(() => served.length > soFar + 20);
  load.stop('graceful');
  const end = await over(load);
  expect([end.state, end.reason && english(end.reason)]).toEqual([
    'failed',
    expect.stringContaining('runner 2 of 3'),
  ]);
  expect(end.summary).toBeNull();
  expect(served.filter((path) => path.startsWith('/teardown'))).toEqual(['/teardown-of-setup']);
  expect(sumOf('http_reqs')).toBeLessThanOrEqual(served.length);
});

it('ends all at once when killed, and says why setup failed', async () => {
  const load = await begin(2, endless);
  await until(() => served.length > 20);
  load.stop('kill');
  expect(await over(load)).toMatchObject({ state: 'failed', reason: { code: 'reasons.k6-killed' } });
  const failing = await over(
    await begin(2, script.replace("get('/setup')", "throw new Error('no such shop')")),
  );
  expect(failing.state).toBe('failed');
  expect(english(failing.reason!)).toContain('no such shop');
  expect(served.filter((path) => path.startsWith('/teardown'))).toEqual([]);
});

it('ends with the process that started them, even by SIGKILL, and the next one is rid of what they left', async () => {
  const runId = `left-${process.pid}`;
  const program = `
    import { LocalK6 } from ${JSON.stringify(join(process.cwd(), 'lib/loadgen/local-k6.ts'))};
    const engine = new LocalK6(${JSON.stringify(stateDirectory())}, ${JSON.stringify(urlOf(receiver))});
    const load = await engine.start(${JSON.stringify({
      runId,
      scriptName: 'mine',
      scriptText: endless,
      env: {},
      uncagedAllowed: true,
      target: { gatewayUrl: urlOf(target), host: '127.0.0.1' },
      clientCertificate: null,
      options: {},
      runners: 3,
      cluster: null,
      ingestSecret: 'secret',
    }).slice(0, -1)}, onLog: () => {} });
    console.log('handle ' + JSON.stringify(load.handle));
    await load.ended;
  `;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => /handle .*\n/.test(output) && served.length > 20);
  const handle = JSON.parse(/handle (.*)\n/.exec(output)![1]!) as { pids: number[] };
  // A copy of the history in a folder of its own knows of them, and they are not its own.
  await new LocalK6(join(stateDirectory(), 'of-a-copy')).recover(handle);
  const askedUpTo = served.length + 100;
  await until(() => served.length > askedUpTo);
  expect(served.length).toBeGreaterThan(askedUpTo);
  expect(handle.pids.filter(isAlive)).toHaveLength(3);
  parent.kill('SIGKILL');
  await engine.recover(handle);
  await until(() => !handle.pids.some(isAlive));
  const soFar = served.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(served.length).toBe(soFar);
  rmSync(join(stateDirectory(), 'runs', runId), { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(is: () => boolean): Promise<void> {
  for (const endMs = Date.now() + 20_000; Date.now() < endMs && !is();)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(is()).toBe(true);
}
