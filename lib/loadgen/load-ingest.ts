import { InvalidPush } from './remote-write';
import {
  createIngest,
  type Ingest,
  type IngestedPoint,
  type IngestOptions,
  type SeriesValues,
  type SharedSeries,
} from './ingest';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { tagsKeyOf } from '@/lib/model/recording';
import { type RecordedBefore } from './recorded-before';
import { type NamedSeries } from './metric-names';

/** Who sent a push. */
export interface Sender {
  /** Which of the load's runners, from 1. */
  runner: number;
  /** Which of its processes, where one may follow another: their totals are apart. */
  life?: string;
}

/** What all runners did since the second before. Most are a second long; one that was waited for makes it longer. */
export interface IngestedSecond {
  /** When the last push of it was received. */
  atMs: number;
  /** How long it is; null: it is the first. */
  lengthMs: number | null;
  points: IngestedPoint[];
  /** Runners that it was stored without: they had said nothing for too long. */
  without: number[];
}

export interface Taken {
  /** The second that this push completed; null: it waits for other runners. */
  second: IngestedSecond | null;
  /** Its process is another than that of the push before, which was received then: what the first did after it is lost. */
  restartedSinceMs: number | null;
}

export interface RunnerState {
  readonly runner: number;
  /** When its last push was received; null: none has been. */
  readonly lastPushMs: number | null;
  /** It has pushed its last. */
  readonly ended: boolean;
}

/**
 * Takes the pushes of all runners of one load. Times are those of the caller's clock: a runner's own is not used, so that
 * runners whose clocks differ still have one axis.
 */
export interface LoadIngest {
  readonly runners: readonly RunnerState[];
  /**
   * Takes one push. Throws InvalidPush, with nothing taken, where it is not one of these runners'. `isSilent`: whether a
   * runner that was heard of last at that time (null: never) is waited for no longer.
   */
  push(
    body: Uint8Array,
    receivedAtMs: number,
    sender: Sender | null,
    isSilent?: (sinceMs: number | null) => boolean,
  ): Taken;
  /** A runner pushes no more, as is known otherwise: nobody waits for it. */
  runnerEnded(runner: number): void;
  /** The load is over: what still waited for a runner, if anything. */
  finish(): IngestedSecond | null;
  /** What all have done so far: of a counter its count, of a trend how many values. */
  readonly totals: ReadonlyMap<string, number>;
  /** What each metric seen so far was taken for, by its name. */
  readonly metrics: ReadonlyMap<string, NamedSeries>;
  /** All values of each series of each of its processes so far. */
  allValues(): SeriesValues[];
}

/**
 * Puts the pushes of `runners` k6 processes together. A second is whole once every runner that lives has pushed since the
 * second before; so each push is in one second, whichever of them comes first. Counters add up, histograms merge, `vus`
 * and `vus_max` are the sum over the runners that live, a rate weighs each runner's share by its count (`weightOf`), and
 * another gauge is what was told last. With one runner each push is a second, as it is.
 *
 * `before`: what was recorded of a load that is taken on while it is made; what its runners, whose totals are since they
 * began, tell of it again is not counted a second time.
 */
export function createLoadIngest({
  runners = 1,
  ingestOf = createIngest,
  before = null,
  ...options
}: IngestOptions & {
  runners?: number;
  ingestOf?: (options: IngestOptions & { shared: SharedSeries }) => Ingest;
  before?: RecordedBefore | null;
} = {}): LoadIngest {
  const shared: SharedSeries = {
    metrics: new Map(before?.metrics.map((named) => [named.metric, named])),
    shown: new Set(before?.seriesKeys),
    before,
  };
  // A process that followed another began after what was recorded.
  return new Runners(runners, shared, (isFirst) =>
    ingestOf({ ...options, shared: isFirst ? shared : { ...shared, before: null } }),
  );
}

/** By the end of a runner's name (`NAME-3`, as k6-operator calls its jobs) or by its number; null: that is no runner. */
export function senderOf(runner: string | null, life: string | null): Sender | null {
  const number = /^(?:.*-)?([1-9]\d{0,4})$/.exec(runner ?? '')?.[1];
  return number === undefined ? null : { runner: Number(number), ...(life === null ? {} : { life }) };
}

/** Gauges of which each runner has its part. */
const added: ReadonlySet<string> = new Set(['vus', 'vus_max']);

interface Runner extends RunnerState {
  lastPushMs: number | null;
  /** Whether it has pushed since the last second. */
  isIn: boolean;
  /** By the life's name. */
  readonly lives: Map<string, Ingest>;
  life: string | null;
  /** What each gauge that adds up was last. */
  readonly gauges: Map<string, number>;
  /** The series that it told of since the last second. */
  readonly told: Set<string>;
  /** It is known otherwise to push no more. */
  isOver: boolean;
  readonly ended: boolean;
}

class Runners implements LoadIngest {
  readonly runners: readonly Runner[];
  private second = new Map<string, { point: IngestedPoint; histograms: ExponentialHistogram[] }>();
  private secondMs: number | null = null;
  private lastSecondMs: number | null = null;
  /** Of each rate, by who told it: a share since the test began, so it counts also where it is not told again. */
  private readonly rates = new Map<string, Map<string, { share: number; weight: number }>>();

  constructor(
    count: number,
    private readonly shared: SharedSeries,
    private readonly newIngest: (isFirst: boolean) => Ingest,
  ) {
    this.runners = Array.from({ length: count }, (_, i) => {
      const lives = new Map<string, Ingest>();
      return {
        runner: i + 1,
        lastPushMs: null,
        isIn: false,
        lives,
        life: null,
        gauges: new Map(),
        told: new Set(),
        isOver: false,
        get ended(): boolean {
          return this.isOver || (this.life !== null && (lives.get(this.life)?.ended ?? false));
        },
      };
    });
  }

  get metrics(): ReadonlyMap<string, NamedSeries> {
    return this.shared.metrics;
  }

  get totals(): ReadonlyMap<string, number> {
    const sums = new Map(this.shared.before?.restTotals);
    for (const { lives } of this.runners)
      for (const { totals } of lives.values())
        for (const [metric, total] of totals) sums.set(metric, (sums.get(metric) ?? 0) + total);
    return sums;
  }

  allValues(): SeriesValues[] {
    const told = this.runners.flatMap(({ lives }) =>
      [...lives.values()].flatMap((ingest) => [...ingest.allValues()]),
    );
    return [...told, ...(this.shared.before?.restValues ?? [])];
  }

  push(
    body: Uint8Array,
    receivedAtMs: number,
    sender: Sender | null,
    isSilent: (sinceMs: number | null) => boolean = () => false,
  ): Taken {
    const runner = this.runnerOf(sender);
    const life = sender?.life ?? '';
    const ingest = runner.lives.get(life) ?? this.newIngest(runner.lives.size === 0);
    const { restarts } = ingest;
    const points = ingest.push(body, receivedAtMs);
    const isNew = runner.life !== null && !runner.lives.has(life);
    const restartedSinceMs = isNew || ingest.restarts > restarts ? runner.lastPushMs : null;
    runner.lives.set(life, ingest);
    // What an earlier process still tells is counted, but says nothing of who lives.
    if (isNew || runner.life === null) runner.life = life;
    if (restartedSinceMs !== null) runner.gauges.clear();
    runner.lastPushMs = receivedAtMs;
    runner.isIn = true;
    if (this.runners.length === 1) {
      const second = { points, atMs: receivedAtMs, lengthMs: this.lengthOf(receivedAtMs), without: [] };
      this.lastSecondMs = receivedAtMs;
      return { second, restartedSinceMs };
    }
    for (const point of points) this.add(runner, `${life} ${ingest.restarts}`, ingest, point);
    this.secondMs = receivedAtMs;
    const missing = this.runners.filter(({ isIn, ended }) => !isIn && !ended);
    const isWhole = missing.every(({ lastPushMs }) => isSilent(lastPushMs));
    const second = isWhole ? this.take(missing.map((one) => one.runner)) : null;
    return { second, restartedSinceMs };
  }

  runnerEnded(runner: number): void {
    const known = this.runners[runner - 1];
    if (known) known.isOver = true;
  }

  finish(): IngestedSecond | null {
    return this.secondMs === null ? null : this.take([]);
  }

  private runnerOf(sender: Sender | null): Runner {
    const only = this.runners.length === 1 ? this.runners[0] : undefined;
    const runner = sender === null ? only : this.runners[sender.runner - 1];
    if (!runner)
      throw new InvalidPush(
        sender === null
          ? `the push does not say which of the ${this.runners.length} runners sent it`
          : `the run has ${this.runners.length} runners: ${sender.runner} is none of them`,
      );
    return runner;
  }

  private add(runner: Runner, life: string, ingest: Ingest, point: IngestedPoint): void {
    const key = `${point.metric} ${tagsKeyOf(point.tags)}`;
    if (point.type === 'gauge' && added.has(point.metric)) runner.gauges.set(key, point.value ?? 0);
    if (point.type === 'rate') {
      const told = this.rates.get(key) ?? new Map<string, { share: number; weight: number }>();
      this.rates.set(key, told);
      told.set(`${runner.runner} ${life}`, { share: point.value ?? 0, weight: ingest.weightOf(point) });
    }
    runner.told.add(key);
    const known = this.second.get(key);
    if (!known)
      this.second.set(key, { point: { ...point }, histograms: point.histogram ? [point.histogram] : [] });
    else if (point.histogram) known.histograms.push(point.histogram);
    else if (point.type === 'counter') known.point.value = (known.point.value ?? 0) + (point.value ?? 0);
    else known.point.value = point.value;
  }

  private take(without: number[]): IngestedSecond {
    const atMs = this.secondMs!;
    const points = [...this.second].map(([key, { point, histograms }]) => ({
      ...point,
      atMs,
      value: this.valueOf(key, point, without),
      ...this.betweenOf(key, point),
      histogram: histograms.length > 1 ? mergeHistograms(histograms) : (histograms[0] ?? null),
    }));
    this.second = new Map();
    this.secondMs = null;
    for (const runner of this.runners) {
      runner.isIn = false;
      runner.told.clear();
    }
    const lengthMs = this.lengthOf(atMs);
    this.lastSecondMs = atMs;
    return { atMs, lengthMs, points, without };
  }

  private valueOf(key: string, { metric, type, value }: IngestedPoint, without: number[]): number | null {
    if (type === 'gauge' && added.has(metric))
      return this.runners
        .filter(({ runner, ended, told }) => (ended ? told.has(key) : !without.includes(runner)))
        .reduce((sum, { gauges }) => sum + (gauges.get(key) ?? 0), 0);
    if (type !== 'rate') return value;
    const told = [...(this.rates.get(key)?.values() ?? [])];
    const weights = told.reduce((sum, { weight }) => sum + weight, 0);
    return told.reduce((sum, { share, weight }) => sum + share * weight, 0) / weights;
  }

  /** A share that only weighs about right is somewhere between those of the runners; how many requests failed is known. */
  private betweenOf(key: string, { metric, type }: IngestedPoint): Pick<IngestedPoint, 'between'> {
    if (type !== 'rate' || metric === 'http_req_failed') return {};
    const shares = [...(this.rates.get(key)?.values() ?? [])].map(({ share }) => share);
    return { between: { least: Math.min(...shares), most: Math.max(...shares) } };
  }

  private lengthOf(atMs: number): number | null {
    return this.lastSecondMs === null ? null : atMs - this.lastSecondMs;
  }
}
