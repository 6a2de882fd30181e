import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { k6MetricsOf } from '@/lib/timeline/k6-metrics';
import { figuresOfProtocols } from '@/lib/timeline/protocol-figures';
import { protocolsOf } from '@/lib/timeline/protocols';
import { distributionOf, distributionQuerySchema } from '@/lib/timeline/distribution';
import { parseSummary } from '@/lib/loadgen/summary';
import { percentileOfBuckets } from './fortio-json';
import { readImport, type ReadFile } from './read-file';
import { Problem } from '@/lib/model/problem';
import { textOf } from '@/lib/words/english';

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** A text as it comes over the network, cut at odd places. */
function streamOf(bytes: Uint8Array, size = 777): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
}
const read = (text: string): Promise<ReadFile> =>
  readImport(streamOf(new TextEncoder().encode(text), text.length > 1_000_000 ? 65_536 : 777));

async function refusal(text: string): Promise<{ line: number | undefined; message: string }> {
  const error = await read(text).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Problem);
  const [field] = (error as Problem).errors;
  return { line: field?.line, message: textOf(error) };
}

/** The durations of a file's seconds put together: what charts and comparisons read. */
function durationsOf({ collected }: ReadFile) {
  const ids = new Set(
    collected!.series.flatMap(({ metric }, i) => (metric === 'http_req_duration' ? [i] : [])),
  );
  return mergeHistograms(
    collected!.points.flatMap(({ seriesId, histogram }) =>
      ids.has(seriesId) && histogram ? [histogram] : [],
    ),
  );
}

/** k6 v1.8.1 on the lab: a stream beside calls, and one session and one request in each file that were answered 404. */
describe.each([
  ['grpc', ['grpc'], 'grpc_req_duration', { OK: 6 }],
  ['websocket', ['websocket'], 'ws_connecting', { 101: 3, 404: 1 }],
  ['mixed', ['http', 'grpc', 'websocket'], null, { 101: 2, 200: 2, 404: 2, OK: 3 }],
] as const)('a load of %s', (name, protocols, latency, statuses) => {
  it.each(['json', 'csv'])(
    'is counted by what its protocols count, as k6’s summary has it: %s',
    async (as) => {
      const { collected, figures, summary, ...file } = await read(await fixture(`k6-${name}.${as}`));
      const own = parseSummary(await fixture(`k6-${name}-summary.json`));
      const valuesOf = (metric: string) => own.metrics.find((one) => one.metric === metric)?.values;
      expect(protocolsOf(collected!.series)).toEqual(protocols);
      expect(Object.fromEntries(file.statuses.map(({ status, count }) => [status, count]))).toEqual(statuses);
      const { 404: failures = 0 } = statuses as Record<number, number>;
      const requests = Object.values<number>(statuses).reduce((sum, count) => sum + count, 0);
      expect(figures).toMatchObject({ requests, failures });
      for (const [percent, found] of [
        [50, figures.p50Ms],
        [95, figures.p95Ms],
        [99, figures.p99Ms],
      ] as const) {
        if (latency) expect(found).toBeCloseTo(valuesOf(latency)![`p(${percent})`]!, 4);
        // No summary has those of several protocols together: they lie between the fastest and the slowest of all.
        else {
          expect(found).toBeGreaterThan(valuesOf('ws_connecting')!.min!);
          expect(found).toBeLessThan(valuesOf('http_req_duration')!.max!);
        }
      }
      const counted = summary.metrics.flatMap(({ metric, values }) =>
        own.metrics.some((one) => one.metric === metric && one.type === 'counter')
          ? [{ metric, values }]
          : [],
      );
      expect(counted.length).toBeGreaterThan(2);
      for (const { metric, values } of counted) expect(values.count, metric).toBe(valuesOf(metric)!.count);
    },
  );

  it('has the figures of its protocols as k6’s summary has them: messages to the last, percentiles within a bucket', async () => {
    const { collected } = await read(await fixture(`k6-${name}.json`));
    const summary = parseSummary(await fixture(`k6-${name}-summary.json`));
    const series = collected!.series.map((one, id) => ({ ...one, id }));
    const points = collected!.points.map((point, i) => ({ ...point, id: i + 1 }));
    const recorded = figuresOfProtocols({ summary: null, loadStartMs: null }, { series, points })!;
    const exact = figuresOfProtocols({ summary, loadStartMs: null }, { series, points })!;
    for (const which of ['sent', 'received'] as const)
      expect(recorded.messages?.[which]).toBe(exact.messages?.[which]);
    const pairs = [
      ...recorded.times.map((time, i) => [time, exact.times[i]!] as const),
      ...recorded.kinds.map((kind, i) => [kind, exact.kinds[i]!] as const),
    ];
    expect(pairs.length + (recorded.messages ? 1 : 0)).toBeGreaterThan(0);
    for (const [own, k6] of pairs) {
      expect(own.count).toBe(k6.count);
      expect(Math.abs(Math.log2(own.p50Ms / k6.p50Ms))).toBeLessThan(1 / 8);
      expect(Math.abs(Math.log2(own.p95Ms / k6.p95Ms))).toBeLessThan(1 / 8);
    }
  });
});

describe.each(['k6.json', 'k6.csv'])('%s', (name) => {
  it('has the figures of k6’s own summary of that run', async () => {
    const file = await read(await fixture(name));
    const own = parseSummary(await fixture('k6-summary.json'));
    for (const metric of ['http_req_duration', 'http_req_waiting', 'iteration_duration', 'pod_duration']) {
      const expected = own.metrics.find((m) => m.metric === metric)!.values;
      const found = file.summary.metrics.find((m) => m.metric === metric)!.values;
      for (const key of Object.keys(expected))
        expect(found[key], `${metric} ${key}`).toBeCloseTo(expected[key]!, 4);
    }
    for (const metric of ['http_reqs', 'iterations', 'data_received', 'hits']) {
      expect(
        file.collected!.points.reduce(
          (sum, p) =>
            file.collected!.series[p.seriesId]!.metric === metric
              ? sum + (p.value ?? p.histogram?.count ?? 0)
              : sum,
          0,
        ),
        metric,
      ).toBe(own.metrics.find((m) => m.metric === metric)!.values.count);
    }
    expect(file.summary.checks).toEqual(
      own.checks.map(
        ({ name, path, passes, fails }) => expect.objectContaining({ name, path, passes, fails }) as unknown,
      ),
    );
    expect(file.figures).toMatchObject({
      requests: 40,
      failures: 0,
      p95Ms: expect.closeTo(
        own.metrics.find((m) => m.metric === 'http_req_duration')!.values['p(95)']!,
        4,
      ) as unknown,
    });
    expect(durationsOf(file)).toMatchObject({ count: 40 });
  });

  it('keeps each pod’s series and drops what names every request', async () => {
    const { collected } = await read(await fixture(name));
    expect(collected!.series.find(({ metric }) => metric === 'pod_duration')!.tags.pod).toMatch(
      /^helloworld-go-/,
    );
    expect(collected!.series.every(({ tags }) => !('url' in tags) && !('proto' in tags))).toBe(true);
  });

  it('reads the same when it is packed by gzip', async () => {
    const text = await fixture(name);
    const { lines: _lines, ...packed } = await readImport(streamOf(gzipSync(text)));
    const { lines: _plain, ...plain } = await read(text);
    expect(packed).toEqual(plain);
  });
});

it('judges the thresholds that k6’s JSON names, by their values', async () => {
  const text = await fixture('k6.json');
  const met = await read(text);
  expect(met.figures.thresholdsMet).toBe(true);
  const crossed = await read(text.replaceAll('p(95)<1000', 'p(95)<1'));
  expect(crossed.figures.thresholdsMet).toBe(false);
  const unknown = await read(text.replaceAll('p(95)<1000', 'something else'));
  expect(unknown.figures.thresholdsMet).toBeNull();
  expect(unknown.notes).toContain('thresholds-unknown');
});

it('knows hey’s requests, their mean and how many were in flight', async () => {
  const text = await fixture('hey.csv');
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  const sum = rows.reduce((total, [seconds]) => total + seconds!, 0);
  const file = await read(text);
  expect(file.figures.requests).toBe(rows.length);
  expect(file.meanMs).toBeCloseTo((sum / rows.length) * 1000, 6);
  expect(file.spanMs).toBeCloseTo(
    (Math.max(...rows.map((row) => row[7]! + row[0]!)) - Math.min(...rows.map((row) => row[7]!))) * 1000,
    6,
  );
  expect(file.maxMs).toBe(Math.max(...rows.map(([seconds]) => seconds! * 1000)));
  // Each request's whole time is in flight in some second.
  const { inFlight, endMs } = file.collected!;
  const lengths = inFlight.map(({ atMs }, i) => (i === inFlight.length - 1 ? atMs % 1000 || 1000 : 1000));
  expect(inFlight.reduce((total, { total: busy }, i) => total + (busy * lengths[i]!) / 1000, 0)).toBeCloseTo(
    sum,
    6,
  );
  // Its last moment is no whole second: nothing is drawn behind it.
  for (const rows of [inFlight, file.collected!.points]) expect(rows.at(-1)!.atMs).toBe(Math.ceil(endMs));
  expect(durationsOf(file).count).toBe(rows.length);
  expect(file.notes).toEqual(['no-pods', 'no-start', 'no-errors']);
});

describe('hey of before 0.1.1, which did not say when a request began:', () => {
  /** The first so many columns of a newer hey's file; for a year hey put an empty line first. */
  const older = async (columns: number): Promise<string> =>
    `\n${(await fixture('hey.csv'))
      .replace(/,200,/, ',503,')
      .trim()
      .split('\n')
      .map((line) => line.split(',').slice(0, columns).join(','))
      .join('\n')}`;

  it.each([
    ['with status codes (a fortnight of 2018)', 7],
    ['without (0.1.0)', 6],
    ['with nothing but the time (0.1.0 without -more)', 1],
  ])('%s', async (_what, columns) => {
    const newer = await read((await fixture('hey.csv')).replace(/,200,/, ',503,'));
    const file = await read(await older(columns));
    const { requests, p50Ms, p90Ms, p95Ms, p99Ms } = newer.figures;
    const known = columns === 7;
    expect(file.figures).toEqual({
      ...{ requests, p50Ms, p90Ms, p95Ms, p99Ms },
      failures: known ? 1 : null,
      requestsPerSecond: null,
      thresholdsMet: null,
    });
    expect(file.statuses).toEqual(known ? newer.statuses : []);
    expect([file.minMs, file.meanMs, file.maxMs]).toEqual([newer.minMs, newer.meanMs, newer.maxMs]);
    expect(file.notes).toEqual([
      'no-pods',
      'no-start',
      'no-offsets',
      ...(known ? [] : ['no-statuses']),
      'no-errors',
    ]);
    // Never a second that the file does not name.
    expect(file.collected).toBeNull();
    expect([file.spanMs, file.startedAtMs]).toEqual([null, null]);
    const { series, points } = file.withoutTimes!;
    const whole = distributionOf(series, points, distributionQuerySchema.parse({ split: 'status' }), 0);
    const { sum, ...shape } = durationsOf(newer);
    expect(whole.total).toEqual({ ...shape, sum: expect.closeTo(sum, 9) as unknown });
    expect(whole.statuses).toEqual(file.statuses);
    expect(whole.phases.map(({ phase }) => phase)).toEqual(
      columns === 1 ? [] : ['sending', 'waiting', 'receiving'],
    );
  });
});

it('reads what a hey of September 2018 wrote, as it is', async () => {
  const text = await fixture('hey-2018.csv');
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  const { figures, statuses, maxMs } = await read(text);
  const failures = rows.filter((row) => row[6] === 503).length;
  expect(figures).toMatchObject({ requests: rows.length, failures });
  expect(statuses).toContainEqual({ status: '503', count: failures });
  expect(maxMs).toBe(Math.max(...rows.map(([seconds]) => seconds! * 1000)));
});

it('counts hey’s answers from 400 up as failed', async () => {
  const file = await read((await fixture('hey.csv')).replace(/,200,/, ',503,'));
  expect(file.figures.failures).toBe(1);
  expect(file.statuses).toContainEqual({ status: '503', count: 1 });
});

it('keeps Fortio’s buckets and percentiles, and works out by Fortio’s rule what was not asked for', async () => {
  const file = await read(await fixture('fortio.json'));
  expect(file.histogram).toEqual(
    (JSON.parse(await fixture('fortio.json')) as { DurationHistogram: unknown }).DurationHistogram,
  );
  expect(file.figures).toMatchObject({
    requests: 400,
    failures: 0,
    p50Ms: expect.closeTo(59.64285714, 6) as unknown,
    p99Ms: expect.closeTo(302.7924382, 6) as unknown,
  });
  expect(file.notes).toEqual(['no-pods', 'no-times', 'p95-from-buckets']);
  for (const { Percentile, Value } of file.histogram!.Percentiles)
    expect(percentileOfBuckets(file.histogram!, Percentile)).toBeCloseTo(Value, 9);
  const asked = await read(await fixture('fortio-p95.json'));
  expect(asked.notes).not.toContain('p95-from-buckets');
  for (const { Percentile, Value } of asked.histogram!.Percentiles)
    expect(percentileOfBuckets(asked.histogram!, Percentile)).toBeCloseTo(Value, 9);
});

describe('refuses, with the line and what to do:', () => {
  it('a wrong row in the middle', async () => {
    const lines = (await fixture('hey.csv')).split('\n');
    lines[50] = '0.1,oops';
    expect(await refusal(lines.join('\n'))).toMatchObject({
      line: 51,
      message: expect.stringContaining('hey -o csv') as unknown,
    });
    const csv = (await fixture('k6.csv')).split('\n');
    csv[100] = 'http_reqs,never,1.0';
    expect(await refusal(csv.join('\n'))).toMatchObject({ line: 101 });
    const json = (await fixture('k6.json')).split('\n');
    json[200] = '{"metric":"http_reqs",';
    expect(await refusal(json.join('\n'))).toMatchObject({ line: 201 });
  });

  it.each([
    ['k6-summary.json', '--out json=FILE'],
    ['hey-summary.txt', 'hey -o csv'],
  ])('%s', async (name, words) => {
    expect((await refusal(await fixture(name))).message).toContain(words);
  });

  it.each([
    ['an empty file', '', 'empty'],
    ['another CSV', 'timeStamp,elapsed,label\n1,2,3\n', 'No known tool'],
    ['a page', '<!doctype html><html></html>', 'No known tool'],
    ['other JSON', '{"hello": "world"}', 'No known tool'],
    [
      'a header alone',
      'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n',
      'no request',
    ],
    [
      'a Fortio result without a histogram',
      '{"RunType": "HTTP", "DurationHistogram": {"Count": 1}}',
      'not a Fortio result',
    ],
    [
      'k6 JSON without its beginning',
      '{"metric":"orders","type":"Point","data":{"time":"2026-01-01T00:00:00Z","value":1,"tags":null}}\n',
      'beginning is missing',
    ],
    ['one endless line', `{"type":"Point","metric":"${'x'.repeat(1_100_000)}`, 'a million characters'],
  ])('%s', async (_what, text, words) => {
    expect((await refusal(text)).message).toContain(words);
  });

  it('a damaged archive', async () => {
    const packed = gzipSync(await fixture('k6.json'));
    const cut = readImport(streamOf(packed.subarray(0, packed.length / 2)));
    expect(textOf(await cut.catch((error: unknown) => error))).toMatch(/cannot be unpacked/);
  });

  it('but takes a file whose last line was cut off, and says so', async () => {
    const text = await fixture('k6.json');
    expect((await read(text.slice(0, -150))).notes).toContain('cut-off');
    expect((await read((await fixture('hey.csv')).slice(0, -20))).notes).toContain('cut-off');
  });
});

describe('what people have, by public reports (testdata/cases):', () => {
  const fileOf = async (path: string): Promise<ReadFile> =>
    readImport(streamOf(await readFile(new URL(`../../testdata/cases/${path}`, import.meta.url))));

  it.each(['hey-crlf.csv', 'hey-utf8bom-crlf.csv', 'hey-utf16le.csv'])(
    'hey’s output, kept by a shell of Windows: %s',
    async (name) => {
      const { figures, spanMs } = await fileOf(`10-powershell-utf16/${name}`);
      expect(figures).toMatchObject({ requests: 40, failures: 0, p50Ms: expect.closeTo(22, 6) as unknown });
      expect(spanMs).toBeGreaterThan(1950);
    },
  );

  it('k6’s JSON as one array of jq, and its points without what says what they are', async () => {
    for (const name of ['array.json', 'points-only.json'])
      expect((await fileOf(`15-k6-json-reshaped/${name}`)).figures.requests, name).toBe(40);
    const mixed = fileOf('15-k6-json-reshaped/with-console.txt');
    expect(textOf(await mixed.catch((error: unknown) => error))).toMatch(/console/);
  });

  it.each(['merged.json', 'merged.json.gz'])('k6’s JSON of two runners put together: %s', async (name) => {
    const { figures, statuses, spanMs, collected } = await fileOf(`16-k6-json-of-two-runners/${name}`);
    expect(figures).toMatchObject({ requests: 120, failures: 6, thresholdsMet: true });
    expect(statuses).toContainEqual({ status: '503', count: 6 });
    expect(spanMs).toBeGreaterThan(5900);
    const { metrics } = k6MetricsOf(
      collected!.series.map((one, id) => ({ ...one, id })),
      collected!.points,
    );
    const columnsOf = (name: string): number[] =>
      metrics.find(({ metric }) => metric === name)!.columns.map(({ value }) => value);
    expect(Math.max(...columnsOf('vus'))).toBe(10);
    // Six of 120 failed: never the half that the mean of both series would say.
    expect(columnsOf('http_req_failed').at(-1)).toBeCloseTo(0.05, 6);
    expect(Math.max(...columnsOf('http_req_failed'))).toBeLessThan(0.1);
  });

  it('k6’s CSV with commas, quotes and line breaks in cells, and tags as they stand', async () => {
    const quoted = await fileOf('17-k6-csv-cells/commas-quotes.csv');
    expect(quoted.figures.requests).toBe(20);
    expect(quoted.summary.checks).toContainEqual(
      expect.objectContaining({ name: 'status is 200, body "ok"', passes: 20, fails: 0 }),
    );
    const { figures } = await fileOf('17-k6-csv-cells/micro.csv');
    expect(figures).toMatchObject({ requests: 20, failures: 0, p95Ms: quoted.figures.p95Ms });
    const broken = await fileOf('17-k6-csv-cells/line-break.csv');
    expect(broken.figures.requests).toBe(20);
    expect(broken.summary.checks).toContainEqual(
      expect.objectContaining({ name: expect.stringContaining('\n') as unknown, fails: 1 }),
    );
    expect(broken.collected!.series.find(({ metric }) => metric === 'http_reqs')!.tags).toMatchObject({
      lang: 'c++',
      build: '1%2B1',
    });
  });

  it('a file that names no status: which answers there were is not known, and never “no answer”', async () => {
    const csv = (await fixture('k6.csv')).split('\n');
    const at = csv[0]!.split(',').indexOf('status');
    const { figures, statuses } = await read(
      csv.map((line) => line.split(',').toSpliced(at, 1).join(',')).join('\n'),
    );
    expect(figures).toMatchObject({ requests: 40, failures: 0 });
    expect(statuses).toEqual([]);
  });

  it.each(['nighthawk-fortio.json', 'nighthawk-pedantic.json'])(
    'Nighthawk’s Fortio result: %s',
    async (name) => {
      const { figures, maxMs, engine } = await fileOf(`18-nighthawk-fortio/${name}`);
      expect(figures).toMatchObject({
        requests: 100,
        failures: 2,
        requestsPerSecond: 50,
        p50Ms: expect.closeTo(20, 6) as unknown,
        p90Ms: expect.closeTo(40, 6) as unknown,
        p95Ms: expect.closeTo(60, 6) as unknown,
        p99Ms: expect.closeTo(80, 6) as unknown,
      });
      expect(maxMs).toBeCloseTo(100, 6);
      expect(engine).toBe('fortio');
    },
  );
});
