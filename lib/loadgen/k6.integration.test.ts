import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantileMs } from '@/lib/statistics/histogram/quantile';
import { columnOfPush } from '@/lib/timeline/columns';
import { plannedLoad } from '@/lib/timeline/planned-load';
import { durationMs } from '@/lib/timeline/scenarios';
import { stateDirectory } from '@/lib/environment/paths';
import { listen, urlOf } from './fake-server';
import { type LoadLogLine } from './engine';
import { createIngest, type Ingest, type IngestedPoint } from './ingest';
import { inspectScript, ScriptError } from './inspect';
import { type ScriptSource } from './script-folder';
import { LocalK6 } from './local-k6';
import { findK6 } from './k6-binary';
import { renamedBy, unitIn } from './metric-names';
import { startK6, type K6Exit, type K6Process, type K6Start } from './k6-process';
import { listShippedScripts } from './scripts';
import { english, textOf } from '@/lib/words/english';

let k6Path = '';
let target: Server;
let receiver: Server;
let ingest: Ingest;
let points: IngestedPoint[] = [];
let authorizations = new Set<string | undefined>();
let served = 0;
let log: LoadLogLine[] = [];
let workDir = '';
const running: K6Process[] = [];
const secret = 'of-this-run-only';

beforeAll(async () => {
  k6Path = (await findK6({ stateDir: stateDirectory() })).path;
  target = createServer((request, response) => {
    served++;
    const delayMs = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('ms') ?? 5);
    setTimeout(() => {
      const status = request.headers.host === 'nobody.example.com' ? 404 : 200;
      response.writeHead(request.url?.startsWith('/bad') ? 503 : status, { 'x-pod': `pod-${served % 2}` });
      response.end('Hello Knative!');
    }, delayMs);
  });
  receiver = createServer((request, response) => {
    authorizations.add(request.headers.authorization);
    void buffer(request).then((body) => {
      points.push(...ingest.push(body, Date.now()));
      response.writeHead(204).end();
    });
  });
  await Promise.all([listen(target), listen(receiver)]);
});
beforeEach(() => {
  ingest = createIngest();
  points = [];
  authorizations = new Set();
  log = [];
  served = 0;
  workDir = mkdtempSync(join(tmpdir(), 'scaletrace-run-'));
});
afterEach(async () => {
  for (const k6 of running.splice(0)) {
    k6.kill();
    await k6.exited;
  }
  rmSync(workDir, { recursive: true, force: true });
});
afterAll(() => {
  target.close();
  receiver.close();
});

async function start(scriptText: string, more: Partial<K6Start> = {}): Promise<K6Process> {
  const k6 = await startK6({
    k6Path,
    scriptName: 'test',
    scriptText,
    workDir,
    target: { gatewayUrl: urlOf(target), host: 'hello.example.com' },
    env: { TARGET_URL: urlOf(target), HOST: 'hello.example.com' },
    ingestUrl: `${urlOf(receiver)}/ingest`,
    ingestSecret: secret,
    uncagedAllowed: true,
    unitOf: (metric) => unitIn(ingest.metrics, metric),
    onLog: (line) => log.push(line),
    ...more,
  });
  running.push(k6);
  return k6;
}

const logged = (level: string): string[] =>
  log
    .filter((line) => line.level === level)
    .map(({ text }) => (typeof text === 'string' ? text : english(text)));
const metricOf = (exit: K6Exit, name: string) => exit.summary?.metrics.find((m) => m.metric === name);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie, which only waits for its parent to read its end, is dead.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
async function until(what: () => boolean, withinMs = 15_000): Promise<void> {
  for (const end = Date.now() + withinMs; !what();) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${String(what)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('what people have, by public reports (testdata/cases):', () => {
  const caseScript = (path: string): string =>
    readFileSync(new URL(`../../testdata/cases/${path}`, import.meta.url), 'utf8');
  /** What the seconds of a run add up to, and what k6 itself says. */
  async function counted(path: string) {
    const { summary } = await (await start(caseScript(path))).exited;
    const { requests, failures, counts } = columnOfPush(points, 0, 1);
    const failed = summary?.metrics.find(({ metric }) => metric === 'http_req_failed');
    return { requests, failures, counts, failedByK6: failed?.values.passes ?? null };
  }

  it('27: a status that was expected is no failure', async () => {
    const { requests, failures, counts, failedByK6 } = await counted('27-expected-statuses/expected-404.js');
    expect([requests, failures, failedByK6]).toEqual([40, 0, 0]);
    expect([counts['2xx'] + counts['4xx'], counts.none, counts.unknown]).toEqual([40, 0, 0]);
    expect(counts['4xx']).toBeGreaterThan(0);
  });

  it('27: without k6’s own check nothing has failed', async () => {
    const { requests, failures, counts, failedByK6 } = await counted('27-expected-statuses/callback-null.js');
    expect([requests, failures, failedByK6]).toEqual([40, 0, null]);
    expect(counts['2xx'] + counts['4xx']).toBe(40);
  });

  it('27: a status that the script does not keep is not known, and what failed is still counted', async () => {
    const { requests, failures, counts, failedByK6 } = await counted(
      '27-expected-statuses/few-system-tags.js',
    );
    expect([requests, counts.unknown]).toEqual([40, 40]);
    expect(failedByK6).toBeGreaterThan(0);
    expect(failures).toBe(failedByK6);
  });

  const own = [
    ['queue_wait_seconds', 'trend', 'none'],
    ['body_bytes', 'trend', 'none'],
    ['errors_total', 'counter', 'none'],
    ['refresh_rate', 'gauge', 'none'],
    ['ok_rate', 'rate', 'none'],
  ];
  it('29: a metric’s own name is kept, and its values are what the script gave', async () => {
    const script = caseScript('29-own-metric-names/names.js');
    ingest = createIngest({ script });
    const exit = await (await start(script)).exited;
    const taken = [...ingest.metrics.values()];
    for (const [metric, type, unit] of own) expect(taken).toContainEqual({ metric, type, unit });
    expect(taken.map(({ metric }) => metric).filter((metric) => !metricOf(exit, metric))).toEqual([]);
    expect(metricOf(exit, 'queue_wait_seconds')?.contains).toBe('default');
    const values = (name: string) => points.filter(({ metric }) => metric === name);
    expect(values('refresh_rate').every(({ value }) => value === 60)).toBe(true);
    expect(ingest.totals.get('errors_total')).toBe(metricOf(exit, 'errors_total')?.values.count);
    const wait = values('queue_wait_seconds').map(({ histogram }) => histogram!);
    expect(wait.reduce((sum, { sum: part }) => sum + part, 0)).toBeCloseTo(
      0.25 * wait.reduce((sum, { count }) => sum + count, 0),
    );
  });

  it('29: a name that only the script’s run tells is that of k6’s summary in the end', async () => {
    const exit = await (await start(caseScript('29-own-metric-names/names.js'))).exited;
    const renamed = renamedBy(ingest.metrics.values(), exit.summary!.metrics);
    expect(renamed.map(({ to }) => [to.metric, to.type, to.unit]).sort()).toEqual(
      own.filter(([, type]) => type === 'trend' || type === 'gauge').sort(),
    );
  });
});

describe('a run', () => {
  it('records every sample once: the seconds add up to k6’s own end-of-test summary', async () => {
    const k6 = await start(`
      import http from 'k6/http';
      import { check, group } from 'k6';
      import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
      interface Answer { status: number }
      const orders = new Counter('orders'); const depth = new Gauge('depth'); const paid = new Rate('paid');
      const wait = new Trend('wait', true); const size = new Trend('size');
      export const options = {
        scenarios: {
          many: { executor: 'constant-vus', vus: 8, duration: '3s', gracefulStop: '1s' },
          some: { executor: 'shared-iterations', vus: 2, iterations: 40, exec: 'bad', startTime: '1s' },
        },
        thresholds: { http_req_duration: ['p(95)<2000'], 'http_req_failed{scenario:many}': ['rate==0'], orders: ['count<1'] },
      };
      export default function (): void {
        group('shop', () => {
          group('basket', () => {
            const answer: Answer = http.get(__ENV.TARGET_URL + '/?ms=' + (2 + __ITER % 20), { headers: { Host: __ENV.HOST }, tags: { name: 'shop' } });
            check(answer, { 'is 200': (a) => a.status === 200 });
          });
        });
        orders.add(2, { kind: __ITER % 2 ? 'odd' : 'even' }); depth.add(__ITER); paid.add(__ITER % 4 !== 0); wait.add(12.5); size.add(__VU);
      }
      export function bad() { http.get(__ENV.TARGET_URL + '/bad'); }
      export function teardown() { console.warn('teardown ran'); }
    `);
    const exit = await k6.exited;

    // The thresholds: one holds, one on tags holds, one does not; that is no failure of the load.
    expect(exit).toMatchObject({
      state: 'finished',
      outcome: 'thresholds-failed',
      code: 99,
      reason: { code: 'reasons.k6-thresholds-crossed' },
    });
    expect(metricOf(exit, 'orders')?.thresholds).toEqual([{ source: 'count<1', ok: false }]);
    expect(metricOf(exit, 'http_req_failed{scenario:many}')?.thresholds).toEqual([
      { source: 'rate==0', ok: true },
    ]);

    // Sums over all seconds and series are the summary's exact counts.
    expect(ingest.ended).toBe(true);
    for (const counter of ['http_reqs', 'iterations', 'orders', 'data_sent', 'data_received']) {
      expect([counter, ingest.totals.get(counter)]).toEqual([counter, metricOf(exit, counter)?.values.count]);
    }
    for (const trend of [
      'http_req_duration',
      'http_req_waiting',
      'iteration_duration',
      'group_duration',
      'wait',
      'size',
    ]) {
      expect([trend, ingest.totals.get(trend)]).toEqual([trend, metricOf(exit, trend)?.values.count]);
    }
    const sumOf = (metric: string, tags: Record<string, string> = {}): number =>
      points
        .filter((p) => p.metric === metric && Object.entries(tags).every(([k, v]) => p.tags[k] === v))
        .reduce((sum, p) => sum + (p.value ?? p.histogram?.count ?? 0), 0);
    expect(sumOf('http_reqs')).toBe(served);
    expect(sumOf('http_reqs', { status: '503', scenario: 'some', expected_response: 'false' })).toBe(40);
    expect(sumOf('http_req_duration', { status: '503' })).toBe(40);
    expect(sumOf('orders', { kind: 'odd' }) + sumOf('orders', { kind: 'even' })).toBe(sumOf('orders'));
    expect(metricOf(exit, 'http_req_failed')?.values).toMatchObject({ passes: 40 });

    // Percentiles of the merged seconds are k6's own to a bucket's width, 9 %.
    const durations = mergeHistograms(
      points.flatMap((p) => (p.metric === 'http_req_duration' && p.histogram ? [p.histogram] : [])),
    );
    for (const [q, name] of [
      [0.5, 'p(50)'],
      [0.9, 'p(90)'],
      [0.95, 'p(95)'],
      [0.99, 'p(99)'],
    ] as const) {
      const exact = metricOf(exit, 'http_req_duration')?.values[name] ?? NaN;
      expect(Math.abs(quantileMs(durations, q) / exact - 1)).toBeLessThan(2 ** (1 / 8) - 1);
    }
    expect((durations.sum * 1000) / durations.count).toBeCloseTo(
      metricOf(exit, 'http_req_duration')?.values.avg ?? NaN,
      6,
    );

    // Kinds, units, tags, checks and groups.
    const kinds = Object.fromEntries(points.map((p) => [p.metric, `${p.type} ${p.unit}`]));
    expect(kinds).toMatchObject({
      orders: 'counter none',
      depth: 'gauge none',
      paid: 'rate none',
      wait: 'trend seconds',
      size: 'trend none',
      data_sent: 'counter bytes',
      vus: 'gauge none',
      checks: 'rate none',
    });
    expect(metricOf(exit, 'wait')).toMatchObject({ type: 'trend', contains: 'time', values: { avg: 12.5 } });
    expect(exit.summary?.checks).toEqual([
      {
        name: 'is 200',
        path: '::shop::basket::is 200',
        passes: metricOf(exit, 'checks')?.values.passes,
        fails: 0,
      },
    ]);
    expect(exit.summary?.groups.map((g) => g.path)).toEqual(['::shop', '::shop::basket']);
    expect(new Set(points.flatMap((p) => Object.keys(p.tags)))).toEqual(
      new Set([
        'check',
        'error_code',
        'expected_response',
        'group',
        'kind',
        'method',
        'name',
        'scenario',
        'status',
      ]),
    );
    expect(exit.summary?.testRunDurationMs).toBeGreaterThan(2900);
    expect(
      points
        .filter((p) => p.type === 'counter' || p.type === 'trend')
        .every((p) => (p.value ?? p.histogram?.count ?? 0) > 0),
    ).toBe(true);
    expect(logged('warning')).toContain('teardown ran');
  });

  it('shows its script none of our environment and not the secret, and leaves its handleSummary alone', async () => {
    process.env.DASHBOARD_PASSWORD = 'hidden';
    const k6 = await start(
      `
      import http from 'k6/http';
      export const options = { systemTags: ['status', 'url'], summaryTrendStats: ['p(99.9)'] };
      export default function () { console.log('env ' + JSON.stringify(Object.keys(__ENV).sort())); http.get(__ENV.TARGET_URL + '/u'); }
      export function handleSummary(data) { return { stdout: 'mine: ' + data.metrics.http_reqs.values.count, 'mine.json': '{}' }; }
    `,
      {
        options: { summaryTrendStats: ['p(99.9)'] },
        env: { TARGET_URL: urlOf(target), TOKEN: 'of the user' },
      },
    );
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
        } catch {
          return [];
        }
      });
    const exit = await k6.exited;
    delete process.env.DASHBOARD_PASSWORD;
    expect(exit).toMatchObject({ outcome: 'finished', reason: null });
    expect(commandLines.some((line) => line.includes('experimental-prometheus-rw'))).toBe(true);
    expect(commandLines.filter((line) => line.includes(secret) || line.includes('of the user'))).toEqual([]);
    const names: unknown = JSON.parse(
      logged('info')
        .find((text) => text.startsWith('env '))
        ?.slice(4) ?? '[]',
    );
    expect(
      (names as string[]).filter((name) => !/^(SSL_CERT_|GOMAXPROCS$|GOGC$|GOMEMLIMIT$|TZ$)/.test(name)),
    ).toEqual(['K6_AUTO_EXTENSION_RESOLUTION', 'TARGET_URL', 'TOKEN']);
    expect(authorizations).toEqual(new Set([`Bearer ${secret}`]));
    expect(logged('summary')).toEqual(['mine: 1']);
    expect(exit.artefacts).toEqual([{ name: 'mine.json', bytes: 2, content: Buffer.from('{}') }]);
    expect(Object.keys(metricOf(exit, 'http_req_duration')?.values ?? {})).toEqual(
      expect.arrayContaining(['p(99.9)', 'p(50)', 'p(99)', 'count']),
    );
    // The script's own choice of system tags wins over ours; whether it failed is told by http_req_failed.
    expect(points.find((p) => p.metric === 'http_reqs')?.tags).toEqual({
      expected_response: 'true',
      status: '200',
      url: `${urlOf(target)}/u`,
    });
    expect(readdirSync(workDir)).not.toContain('k6-config.json');
  });

  it('loads its own target only, whatever its script says', async () => {
    const other = createServer((_, response) => response.end('should not be reached'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.2', resolve));
    const { port } = other.address() as AddressInfo;
    let reached = 0;
    other.on('request', () => reached++);
    const k6 = await start(`
      import http from 'k6/http';
      export const options = { blacklistIPs: ['10.0.0.0/8'] };
      export default function () {
        for (const url of ['http://127.0.0.2:${port}/', __ENV.TARGET_URL]) console.log(http.get(url).status);
      }
    `);
    const exit = await k6.exited;
    other.close();
    expect(exit.outcome).toBe('finished');
    expect(logged('info')).toEqual(['0', '200']);
    expect(reached).toBe(0);
  });

  it.each([
    [
      'an exception at init',
      `throw new Error('no way');`,
      {
        state: 'failed',
        outcome: 'failed',
        code: 107,
        reason: {
          data: {
            reason: { code: 'reasons.k6-script-threw' },
            cause: expect.stringContaining('no way') as string,
          },
        },
      },
    ],
    [
      'test.abort()',
      `import exec from 'k6/execution'; export default function () { exec.test.abort('enough'); }`,
      {
        state: 'failed',
        code: 108,
        reason: { data: { cause: expect.stringContaining('enough') as string } },
      },
    ],
    [
      'options that are not valid',
      `export const options = { vus: -1, duration: '1s' }; export default function () {}`,
      { state: 'failed', code: 104 },
    ],
  ])('says why it failed: %s', async (_, script, expected) => {
    expect(await (await start(script)).exited).toMatchObject(expected);
  });

  it('refuses variables that would change k6, a missing target and a missing program', async () => {
    const script = 'export default function () {}';
    await expect(start(script, { env: { TARGET_URL: urlOf(target), K6_VUS: '5' } })).rejects.toThrow(
      'K6_VUS',
    );
    await expect(start(script, { target: { gatewayUrl: '', host: '' } })).rejects.toThrow();
    const missing = start(script, { k6Path: join(workDir, 'none') });
    expect(textOf(await missing.catch((error: unknown) => error))).toContain('k6 could not be started');
  });
});

describe('the end of a run', () => {
  const endless = `
    import http from 'k6/http';
    export const options = { vus: 2, duration: '60s' };
    export default function () { http.get(__ENV.TARGET_URL); }
    export function teardown() { http.get(__ENV.TARGET_URL + '/teardown'); console.warn('teardown ran'); }
  `;

  it('by stop() runs the teardown and writes the summary', async () => {
    const k6 = await start(endless);
    await until(() => served > 10);
    k6.stop();
    const exit = await k6.exited;
    expect(exit).toMatchObject({ outcome: 'stopped', code: 105, reason: { code: 'reasons.k6-signalled' } });
    expect(logged('warning')).toContain('teardown ran');
    expect(ingest.totals.get('http_reqs')).toBe(metricOf(exit, 'http_reqs')?.values.count);
  });

  it('tells the iterations that it broke off, and keeps its progress out of the log', async () => {
    const exit = await (
      await start(`
        import http from 'k6/http';
        export const options = { scenarios: {
          wait: { executor: 'constant-vus', vus: 4, duration: '1500ms', gracefulStop: '0s' },
        } };
        export default function () { http.get(__ENV.TARGET_URL + '/?ms=60000'); }
      `)
    ).exited;
    expect(exit.summary?.interruptedIterations).toBe(4);
    expect(metricOf(exit, 'iterations')?.values.count ?? 0).toBe(0);
    const said = logged('summary').join('\n');
    expect(said).toContain('TOTAL RESULTS');
    expect(said).not.toMatch(/running \(|\[ *\d+% \]|execution: local/);
  });

  it('by kill() is at once', async () => {
    const k6 = await start(endless);
    await until(() => served > 10);
    k6.kill();
    expect(await k6.exited).toMatchObject({
      state: 'failed',
      outcome: 'killed',
      signal: 'SIGKILL',
      summary: null,
    });
    expect(isAlive(k6.pid)).toBe(false);
  });

  it('by a kill of k6 itself is told', async () => {
    const k6 = await start(endless);
    await until(() => served > 10);
    process.kill(k6.pid, 'SIGKILL');
    expect(await k6.exited).toMatchObject({
      state: 'failed',
      outcome: 'killed',
      reason: { data: { signal: 'SIGKILL' } },
    });
  });

  it('comes with the end of the process that started it, even by SIGKILL', async () => {
    const program = `
      import { startK6 } from ${JSON.stringify(join(process.cwd(), 'lib/loadgen/k6-process.ts'))};
      const k6 = await startK6(${JSON.stringify({ k6Path, scriptName: 'test', scriptText: endless, workDir, target: { gatewayUrl: urlOf(target), host: '' }, env: { TARGET_URL: urlOf(target) }, ingestUrl: `${urlOf(receiver)}/ingest`, ingestSecret: secret }).slice(0, -1)}, onLog: () => {} });
      console.log('pid ' + k6.pid);
      await k6.exited;
    `;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(() => /pid \d+/.test(output) && served > 10);
    const pid = Number(/pid (\d+)/.exec(output)?.[1]);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid), 5000);
    const after = served;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(served).toBe(after);
  });
});

describe('inspectScript', () => {
  const inspect = (
    scriptText: string,
    env: Record<string, string> = {},
    folder: Pick<ScriptSource, 'entry' | 'files'> = {},
  ) => inspectScript({ k6Path, scriptName: 'test', scriptText, ...folder, env, uncagedAllowed: true });

  it('gives the options as k6 consolidates them, in TypeScript and by the environment', async () => {
    const options = await inspect(
      `export const options: { vus: number } = { vus: Number(__ENV.N), duration: '10s' } as never;\nexport default (): void => {};`,
      { N: '7' },
    );
    expect(options).toMatchObject({
      maxVUs: 7,
      totalDuration: '40s',
      scenarios: { default: { executor: 'constant-vus', vus: 7, duration: '10s' } },
    });
    expect(options.systemTags).not.toContain('url');
  });

  it.each([
    ['iterations', '{ iterations: 10 }', { vus: 1, iterations: 10 }],
    ['a duration', `{ duration: '1s' }`, { vus: 1, duration: '1s' }],
  ])('takes %s without a number of VUs, as k6 run does, and it runs', async (_, options, scenario) => {
    const script = `import http from 'k6/http';
export const options = ${options};
export default function () { http.get(__ENV.TARGET_URL); }`;
    await expect(inspect(script)).resolves.toMatchObject({ maxVUs: 1, scenarios: { default: scenario } });
    const { code, summary } = await (await start(script)).exited;
    expect(code).toBe(0);
    const requests = summary?.metrics.find(({ metric }) => metric === 'http_reqs')?.values.count;
    if ('iterations' in scenario) expect(requests).toBe(scenario.iterations);
    else expect(requests).toBeGreaterThan(0);
  });

  it.each([
    `{ executor: 'shared-iterations', vus: 5, iterations: 100, maxDuration: '30s', gracefulStop: '3s' }`,
    `{ executor: 'per-vu-iterations', startTime: '5s' }`,
    `{ executor: 'constant-vus', vus: 3, duration: '1m30s', gracefulStop: '0s' }`,
    `{ executor: 'ramping-vus', stages: [{ duration: '5s', target: 9 }, { duration: '0s', target: 3 }] }`,
    `{ executor: 'constant-arrival-rate', rate: 5, duration: '10s', preAllocatedVUs: 2, maxVUs: 8 }`,
    `{ executor: 'ramping-arrival-rate', timeUnit: '1m', stages: [{ duration: '7s', target: 9 }], preAllocatedVUs: 2 }`,
    `{ executor: 'externally-controlled', vus: 2, maxVUs: 7, duration: '20s' }`,
  ])('tells of %s what a drawing of its load ends at, and its users', async (scenario) => {
    const options = await inspect(
      `export const options = { scenarios: { a: ${scenario} } };\nexport default function () {}`,
    );
    const load = plannedLoad(options, null);
    expect(load?.latestEndMs).toBe(durationMs(String(options.totalDuration)));
    expect(load?.scenarios[0]?.mostUsers).toBe(options.maxVUs);
  });

  it.each([
    [
      'wrong syntax',
      `export default function () {\n  const x = ;\n}`,
      { line: 2, column: 13, message: /Unexpected ";"/ },
    ],
    [
      'wrong syntax after types',
      `const a: number = 1;\nexport default function () {\n  const x: = a;\n}`,
      { line: 3, column: 12, message: /Unexpected "="/ },
    ],
    [
      'an exception at init',
      `const a: number = 1;\nfunction boom() {\n  throw new Error('bang');\n}\nboom();\nexport default function () {}`,
      { line: 3, message: /Error: bang/ },
    ],
    [
      'a missing file',
      `import http from 'k6/http';\nimport { x } from './nothere.js';\nexport default x;`,
      { line: 2, column: 20, message: /nothere\.js.*couldn't be found/ },
    ],
    [
      'a missing module',
      `import x from 'k6/nope';\nexport default x;`,
      { line: 1, column: 16, message: /unknown modules/ },
    ],
    [
      'an unknown option',
      `export default function () {}\nexport const options = {\n  scenarios: { a: { executor: 'constant-vus', vuss: 3 } },\n};`,
      { line: 3, message: /unknown field "vuss"/ },
    ],
    [
      'no function to run',
      `export const options = { vus: 1 };`,
      { line: undefined, message: /no exported functions/ },
    ],
    [
      'options that do not fit',
      `export const options = { scenarios: { a: { executor: 'constant-vus' } } };\nexport default function () {}`,
      { line: undefined, message: /the duration is unspecified/ },
    ],
  ])('names the place of %s', async (_, script, { message, ...place }) => {
    const error: unknown = await inspect(script).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ScriptError);
    expect(error).toMatchObject(place);
    expect(textOf(error)).toMatch(message);
    expect(textOf(error)).not.toContain(tmpdir());
  });

  it('is not asked twice for the same script with the same variables', async () => {
    const engine = new LocalK6(stateDirectory());
    const script = { scriptName: 'test', scriptText: 'export default () => {}', uncagedAllowed: true };
    const check = (vus: string): Promise<unknown> => engine.check({ ...script, env: { VUS: vus } });
    const first = await check('1');
    expect(await check('1')).toBe(first);
    expect(await check('2')).not.toBe(first);
  });

  it('accepts every script that ships, with each of its stated defaults', async () => {
    const scripts = await listShippedScripts();
    expect(scripts.map((s) => s.name)).toEqual([
      'tutorial',
      'scale-from-zero',
      'ramp',
      'spike',
      'constant-arrival-rate',
      'capacity-search',
      'soak',
      'grpc',
      'grpc-proto',
      'websocket',
      'llm',
    ]);
    for (const { name, body, entry, files, title, question, parameters } of scripts) {
      const folder = { entry, files: files.map(({ path, text }) => ({ path, content: text! })) };
      expect([name, title, question].every((text) => text.length >= 3)).toBe(true);
      const target = { TARGET_URL: 'http://127.0.0.1:1', HOST: 'x.example.com' };
      const byDefault = await inspect(body, target, folder);
      const stated = await inspect(
        body,
        { ...target, ...Object.fromEntries(parameters.map((p) => [p.name, p.default])) },
        folder,
      );
      expect([name, stated]).toEqual([name, byDefault]);
      // Every variable that the script reads is in its header.
      const read = new Set([...body.matchAll(/__ENV\.(\w+)/g)].map((m) => m[1]));
      expect(new Set(['TARGET_URL', 'HOST', ...parameters.map((p) => p.name)])).toEqual(read);
    }
  });
});
