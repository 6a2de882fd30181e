import protobuf from 'protobufjs';
import { compressSync } from 'snappy';
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { generator } from '@/scripts/random';

/** The series that a push tells of: scenario and status, and their share of the requests. */
const kinds = [
  { scenario: 'browse', status: '200', ok: true, share: 0.7, medianMs: 28 },
  { scenario: 'browse', status: '503', ok: false, share: 0.002, medianMs: 3 },
  { scenario: 'buy', status: '200', ok: true, share: 0.25, medianMs: 41 },
  { scenario: 'buy', status: '201', ok: true, share: 0.045, medianMs: 55 },
  { scenario: 'buy', status: '429', ok: false, share: 0.003, medianMs: 2 },
] as const;

/** The trends that k6 emits with each request. */
const trends = [
  'http_req_duration',
  'http_req_waiting',
  'http_req_blocked',
  'http_req_connecting',
  'http_req_tls_handshaking',
  'http_req_sending',
  'http_req_receiving',
];

interface Cumulative {
  cells: Map<number, number>;
  zero: number;
  count: number;
  sum: number;
}

/** Makes a long run's pushes as k6 encodes them: cumulative, native histograms of schema 3, snappy over protobuf. */
export class PushMaker {
  private readonly totals = new Map<string, number>();
  private readonly histograms = new Map<string, Cumulative>();
  private readonly random = generator(20_261_124);

  /** The push after a second with so many requests, each slower by `slowness`. */
  push(atUnixMs: number, requests: number, slowness: number, vus: number): Uint8Array<ArrayBuffer> {
    const root = protobuf.Writer.create();
    for (const [i, kind] of kinds.entries()) {
      const tags = {
        scenario: kind.scenario,
        status: kind.status,
        expected_response: `${kind.ok}`,
        method: 'GET',
        proto: 'HTTP/1.1',
        name: 'http://shop',
        url: 'http://shop',
        group: '',
      };
      const count =
        i === 0
          ? requests - kinds.slice(1).reduce((sum, other) => sum + Math.round(requests * other.share), 0)
          : Math.round(requests * kind.share);
      if (count === 0) continue;
      this.counter(root, 'k6_http_reqs_total', tags, count, atUnixMs);
      this.gauge(root, 'k6_http_req_failed_rate', tags, kind.ok ? 0 : 1, atUnixMs);
      for (const trend of trends) {
        const medianMs = /duration|waiting/.test(trend)
          ? kind.medianMs * slowness
          : /blocked|sending|receiving/.test(trend)
            ? 0.02
            : 0;
        this.trend(root, `k6_${trend}_seconds`, tags, count, medianMs, atUnixMs);
      }
    }
    for (const scenario of ['browse', 'buy']) {
      this.counter(root, 'k6_iterations_total', { scenario }, Math.round(requests / 2), atUnixMs);
      this.trend(
        root,
        'k6_iteration_duration_seconds',
        { scenario },
        Math.round(requests / 2),
        35 * slowness,
        atUnixMs,
      );
      this.gauge(root, 'k6_checks_rate', { scenario, check: 'status is below 400' }, 0.995, atUnixMs);
    }
    this.counter(root, 'k6_data_sent_total', {}, requests * 120, atUnixMs);
    this.counter(root, 'k6_data_received_total', {}, requests * 240, atUnixMs);
    this.gauge(root, 'k6_vus', {}, vus, atUnixMs);
    this.gauge(root, 'k6_vus_max', {}, 200, atUnixMs);
    return new Uint8Array(compressSync(Buffer.from(root.finish())));
  }

  private counter(
    root: protobuf.Writer,
    name: string,
    tags: Record<string, string>,
    gained: number,
    atUnixMs: number,
  ): void {
    const key = `${name} ${JSON.stringify(tags)}`;
    const total = (this.totals.get(key) ?? 0) + gained;
    this.totals.set(key, total);
    this.gauge(root, name, tags, total, atUnixMs);
  }

  private gauge(
    root: protobuf.Writer,
    name: string,
    tags: Record<string, string>,
    value: number,
    atUnixMs: number,
  ): void {
    root.uint32((1 << 3) | 2).fork();
    labels(root, name, tags);
    root
      .uint32((2 << 3) | 2)
      .fork()
      .uint32((1 << 3) | 1)
      .double(value)
      .uint32(2 << 3)
      .int64(atUnixMs)
      .ldelim();
    root.ldelim();
  }

  // Log-normal values around the median, drawn by their buckets' shares: of millions none needs to be drawn alone.
  private trend(
    root: protobuf.Writer,
    name: string,
    tags: Record<string, string>,
    count: number,
    medianMs: number,
    atUnixMs: number,
  ): void {
    const key = `${name} ${JSON.stringify(tags)}`;
    const histogram = this.histograms.get(key) ?? {
      cells: new Map<number, number>(),
      zero: 0,
      count: 0,
      sum: 0,
    };
    this.histograms.set(key, histogram);
    histogram.count += count;
    if (medianMs === 0) histogram.zero += count;
    else {
      const draws = Math.min(count, 400);
      for (let i = 0; i < draws; i++) {
        const weight = Math.floor(((i + 1) * count) / draws) - Math.floor((i * count) / draws);
        const value = (medianMs / 1000) * Math.exp(0.25 * this.normal() + (this.random() < 0.01 ? 1.5 : 0));
        const index = cellIndexOf(3, value);
        histogram.cells.set(index, (histogram.cells.get(index) ?? 0) + weight);
        histogram.sum += value * weight;
      }
    }
    root.uint32((1 << 3) | 2).fork();
    labels(root, name, tags);
    root.uint32((4 << 3) | 2).fork();
    root
      .uint32(1 << 3)
      .uint64(histogram.count)
      .uint32((3 << 3) | 1)
      .double(histogram.sum)
      .uint32(4 << 3)
      .sint32(3);
    root
      .uint32((5 << 3) | 1)
      .double(2 ** -128)
      .uint32(6 << 3)
      .uint64(histogram.zero);
    const cells = [...histogram.cells].sort(([a], [b]) => a - b);
    let next = 0;
    for (const [index] of cells) {
      root
        .uint32((11 << 3) | 2)
        .fork()
        .uint32(1 << 3)
        .sint32(index - next)
        .uint32(2 << 3)
        .uint32(1)
        .ldelim();
      next = index + 1;
    }
    root.uint32((12 << 3) | 2).fork();
    let last = 0;
    for (const [, n] of cells) {
      root.sint64(n - last);
      last = n;
    }
    root.ldelim();
    root
      .uint32(15 << 3)
      .int64(atUnixMs)
      .ldelim();
    root.ldelim();
  }

  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  }
}

function labels(root: protobuf.Writer, name: string, tags: Record<string, string>): void {
  for (const [key, value] of Object.entries({ __name__: name, ...tags }))
    root
      .uint32((1 << 3) | 2)
      .fork()
      .uint32((1 << 3) | 2)
      .string(key)
      .uint32((2 << 3) | 2)
      .string(value)
      .ldelim();
}
