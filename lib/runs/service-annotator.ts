import { type AutoscalerConfig, type MeasuredPods, resourceOf } from '@/lib/autoscaling';
import { type RevisionReport } from '@/lib/model/cluster-report';
import {
  type ConcurrencySample,
  type DecisionPart,
  type PodEvent,
  type PodPhase,
} from '@/lib/model/recording';
import { Annotator, type NewDecision, noPast, type Past } from './annotator';

type Reading = Pick<ConcurrencySample, 'atMs' | 'total' | 'byRevision'>;
type Shares = Readonly<Record<string, number>>;
export type RevisionSettings = Pick<
  RevisionReport,
  'revision' | 'annotations' | 'containerConcurrency' | 'reachable'
>;

export interface ServiceAnnotatorOptions {
  /** The service's, by which it is calculated as long as it has one revision. */
  config: AutoscalerConfig;
  /** The configuration that a revision's own settings make; without it all have the service's. */
  configOf?: ((settings: RevisionSettings) => AutoscalerConfig) | undefined;
  /** The run clock's zero, Unix ms. */
  originMs: number;
  /** When the calculation begins, on the run's clock. */
  atMs: number;
  pods: readonly { uid: string; phase: PodPhase; revision?: string | null }[];
  past?: Past | undefined;
  /** What pods use; absent: nobody measured it. */
  measured?: MeasuredPods | undefined;
  /** What came before the load, of one revision. */
  pastOf?: ((revision: string) => Past) | undefined;
  /** The settings that are known by now. */
  settings?: readonly RevisionSettings[] | undefined;
  /** What the service is scaled on, divided as it was last before the load: whether it tells revisions apart. */
  byRevision?: Shares | null | undefined;
}

/**
 * The calculation over a service: one autoscaler for each revision, since each is scaled by itself, with settings, past,
 * ticks and pods of its own. Where there is one revision, or what is in flight cannot be told apart, the service is taken
 * as one.
 */
export class ServiceAnnotator {
  /** The service's own, by which it is calculated as long as it has one revision. */
  config: AutoscalerConfig;
  private whole: Annotator | null;
  private readonly own = new Map<string, OwnAnnotator>();
  /** The revisions that have had pods or requests in this time, in the order in which they came. */
  private readonly present = new Set<string>();
  private readonly pods = new Map<string, { phase: PodPhase; revision: string | null }>();
  private readonly settings = new Map<string, RevisionSettings>();
  /** What was taken for the past, of the service or of each revision. */
  readonly pasts: readonly { revision: string | null; past: Past }[];
  /** Whether the last reading told revisions apart. */
  private isTold: boolean;

  constructor(private readonly options: ServiceAnnotatorOptions) {
    const { config, originMs, atMs, pods, settings = [], byRevision = null, past } = options;
    for (const one of settings) this.settings.set(one.revision, one);
    for (const { uid, phase, revision = null } of pods) this.notePod(uid, phase, revision);
    this.isTold = byRevision !== null && Object.keys(byRevision).length > 0;
    this.noteShares(byRevision);
    this.config = config;
    this.whole = new Annotator(config, originMs, atMs, [...pods], past, options.measured);
    this.pasts = [{ revision: null, past: past ?? noPast }];
    if (!this.isSplit) return;
    this.whole = null;
    this.pasts = [...this.present].map((revision) => ({
      revision,
      past: options.pastOf?.(revision) ?? noPast,
    }));
    for (const { revision, past } of this.pasts) if (revision !== null) this.begin(revision, atMs, past);
  }

  /** Whether each revision is calculated by itself. */
  get isByRevision(): boolean {
    return this.whole === null;
  }

  /** When the next tick is due: of several autoscalers, the first one's. */
  get nextTickMs(): number {
    if (this.whole) return this.whole.nextTickMs;
    return Math.min(...[...this.own.values()].map(({ annotator }) => annotator.nextTickMs));
  }

  onPod(event: Pick<PodEvent, 'uid' | 'phase'> & Partial<PodEvent>): void {
    const { uid, phase, atMs = 0 } = event;
    const revision = event.revision ?? this.pods.get(uid)?.revision ?? null;
    this.notePod(uid, phase, revision);
    const isNew = this.splitUp(atMs, revision);
    if (this.whole) this.whole.onPod(event);
    // An annotator that has just begun knows its pods.
    else if (revision !== null && !isNew) this.own.get(revision)?.annotator.onPod(event);
  }

  /** The cluster's own settings have changed, and with them every revision's. */
  reconfigure(config: AutoscalerConfig): void {
    this.config = config;
    this.whole?.reconfigure(config);
    for (const [revision, { annotator }] of this.own) annotator.reconfigure(this.configOf(revision));
  }

  /** The cluster's HPA of a revision has been seen to calculate, over so many replicas; a decision where it had nothing to. */
  onSync(atMs: number, revision: string, replicas: number | null): NewDecision[] {
    if (this.whole) return decided(this.whole.onSync(atMs, replicas));
    const own = this.own.get(revision);
    return own ? this.decidedOf(revision, own.annotator.onSync(atMs, replicas)) : [];
  }

  /** What pods use has been read again; decisions on the HPAs' first syncs. */
  onUsage(): NewDecision[] {
    if (this.whole) return decided(this.whole.onUsage());
    return [...this.own].flatMap(([revision, { annotator }]) =>
      this.decidedOf(revision, annotator.onUsage()),
    );
  }

  private decidedOf(revision: string, decision: NewDecision | null): NewDecision[] {
    return decided(decision).map((one) => this.withOthers(revision, one));
  }

  /** What a revision is scaled by; only where several are. */
  onSettings(settings: RevisionSettings): void {
    this.settings.set(settings.revision, settings);
    const own = this.own.get(settings.revision);
    if (own) own.annotator.reconfigure(this.configOf(settings.revision));
  }

  /** Takes one reading of what is in flight; decisions where load met no pod that is wanted. */
  onReading(reading: Reading): NewDecision[] {
    // What is in flight does not tell how a rate divides.
    this.take(reading, this.config.metric === 'concurrency');
    return this.each(reading, (annotator, own) => annotator.onReading(own));
  }

  /** Takes the mean of a second; decisions where load met no pod that is wanted. */
  onSample(sample: Reading): NewDecision[] {
    this.take(sample, true);
    return this.each(sample, (annotator, own) => annotator.onSample(own));
  }

  /** More (or less) was in flight in a second that was told of before, of a source that does not know revisions. */
  onCorrection(reading: Reading): void {
    this.whole?.onCorrection(reading);
  }

  /** One tick of each autoscaler that is due. */
  tick(atMs: number): NewDecision[] {
    if (this.whole) return [this.whole.tick(atMs)];
    return [...this.own].flatMap(([revision, own]) => {
      if (own.annotator.nextTickMs > atMs) return [];
      const decision = own.annotator.tick(atMs);
      return this.isOver(revision, own) ? [] : [this.withOthers(revision, decision)];
    });
  }

  private each(
    { atMs, total, byRevision }: Reading,
    act: (annotator: Annotator, own: Reading) => NewDecision | null,
  ): NewDecision[] {
    if (this.whole) {
      const decision = act(this.whole, { atMs, total });
      return decision ? [decision] : [];
    }
    // How this one divides is not known: it is of no revision.
    if (!byRevision) return [];
    return [...this.own].flatMap(([revision, { annotator }]) => {
      const decision = act(annotator, { atMs, total: byRevision[revision] ?? 0 });
      return decision ? [this.withOthers(revision, decision)] : [];
    });
  }

  private take({ atMs, byRevision }: Reading, tells: boolean): void {
    // An idle gateway may name none: that tells nothing new.
    if (tells && (!byRevision || Object.keys(byRevision).length > 0)) this.isTold = Boolean(byRevision);
    this.noteShares(byRevision ?? null);
    this.splitUp(atMs, null);
  }

  private notePod(uid: string, phase: PodPhase, revision: string | null): void {
    if (phase === 'gone') this.pods.delete(uid);
    else this.pods.set(uid, { phase, revision });
    if (revision !== null && phase !== 'gone' && phase !== 'terminating') this.present.add(revision);
  }

  private noteShares(byRevision: Shares | null): void {
    for (const [revision, value] of Object.entries(byRevision ?? {}))
      if (value > 0) this.present.add(revision);
  }

  private get isSplit(): boolean {
    // What pods use is known of each pod.
    return this.present.size > 1 && (this.isTold || resourceOf(this.config) !== null);
  }

  /** Begins an autoscaler for each revision that has none; true where `revision` was among these. */
  private splitUp(atMs: number, revision: string | null): boolean {
    if (this.whole && !this.isSplit) return false;
    if (this.whole) {
      // What was calculated until now was the first revision's.
      const [first] = this.present;
      const { whole } = this;
      whole.keepTo(
        first!,
        [...this.pods].flatMap(([uid, pod]) => (pod.revision === first ? [] : [uid])),
      );
      this.whole = null;
      this.own.set(first!, { annotator: whole, last: null });
      if (this.settings.has(first!)) whole.reconfigure(this.configOf(first!));
    }
    let began = false;
    for (const one of this.present) {
      if (this.own.has(one)) continue;
      this.begin(one, atMs, { seconds: [], known: true });
      began ||= one === revision;
    }
    return began;
  }

  private begin(revision: string, atMs: number, past: Past): void {
    const pods = [...this.pods].flatMap(([uid, pod]) =>
      pod.revision === revision ? [{ uid, phase: pod.phase, revision }] : [],
    );
    const config = this.configOf(revision);
    this.own.set(revision, {
      annotator: new Annotator(
        config,
        this.options.originMs,
        atMs,
        pods,
        past,
        this.options.measured,
        revision,
      ),
      last: null,
    });
  }

  private configOf(revision: string): AutoscalerConfig {
    const settings = this.settings.get(revision);
    return (settings && this.options.configOf?.(settings)) ?? this.config;
  }

  /** A revision that no route refers to, without pods, is no more decided on. */
  private isOver(revision: string, { annotator, last }: OwnAnnotator): boolean {
    return (
      this.settings.get(revision)?.reachable === false &&
      annotator.replicas === 0 &&
      (last?.replicas ?? 0) === 0
    );
  }

  /** One revision's decision with those that stand of the others: the sums are what the service should have. */
  private withOthers(revision: string, decision: NewDecision): NewDecision {
    const { atMs, ...numbers } = decision;
    const part: DecisionPart = { ...numbers, revision };
    this.own.get(revision)!.last = part;
    const parts = [...this.own.values()].map(
      ({ annotator, last }) => last ?? { ...nothingYet, replicas: annotator.replicas },
    );
    return { ...together(parts, part), atMs, part };
  }
}

interface OwnAnnotator {
  annotator: Annotator;
  /** Null: none yet. */
  last: DecisionPart | null;
}

type Numbers = Omit<NewDecision, 'atMs' | 'part'>;

const nothingYet: Numbers = {
  valid: false,
  readyPods: 0,
  desiredPods: 0,
  replicas: 0,
  stableAverage: null,
  panicAverage: null,
  panicMode: false,
  boundBy: 'no-data',
  reason: {},
};

/** What several revisions' decisions are together. The rule that bound it is that of the one that was decided now. */
function together(parts: readonly Numbers[], now: Numbers): Numbers {
  const sum = (pick: (part: Numbers) => number | null): number =>
    parts.reduce((all, part) => all + (pick(part) ?? 0), 0);
  const sumOfKnown = (pick: (part: Numbers) => number | null): number | null =>
    parts.some((part) => pick(part) !== null) ? sum(pick) : null;
  return {
    valid: parts.some(({ valid }) => valid),
    readyPods: sum(({ readyPods }) => readyPods),
    desiredPods: sum(({ desiredPods }) => Math.max(0, desiredPods)),
    replicas: sum(({ replicas }) => replicas),
    stableAverage: sumOfKnown(({ stableAverage }) => stableAverage),
    panicAverage: sumOfKnown(({ panicAverage }) => panicAverage),
    panicMode: parts.some(({ panicMode }) => panicMode),
    boundBy: now.boundBy,
    reason: { ...now.reason, target: meanTarget(parts, now) },
  };
}

/** The load of a pod over all: the mean of the revisions' targets, each as often as it has pods. */
function meanTarget(parts: readonly Numbers[], now: Numbers): unknown {
  let [load, pods] = [0, 0];
  for (const { reason, replicas } of parts) {
    if (typeof reason.target !== 'number' || replicas <= 0) continue;
    load += reason.target * replicas;
    pods += replicas;
  }
  return pods > 0 ? load / pods : now.reason.target;
}

function decided(decision: NewDecision | null): NewDecision[] {
  return decision ? [decision] : [];
}
