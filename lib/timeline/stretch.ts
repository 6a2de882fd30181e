import { type ClusterReport, type PodUsage } from '@/lib/model/cluster-report';
import { message } from '@/lib/model/message';
import { type PodEvent, type Recording } from '@/lib/model/recording';

/** What was watched of a service without a break, on a clock of its own. */
export interface WatchedPiece extends Pick<
  Recording,
  'podEvents' | 'concurrency' | 'decisions' | 'reports' | 'gaps'
> {
  /** Its clock's zero, Unix ms. */
  originMs: number;
  /** From when on it is whole, on its clock. */
  fromMs: number;
  /** Its end, on its clock; null: it goes on. */
  toMs: number | null;
}

/** A piece that begins this soon (ms) after the end of the one before leaves no hole: a reading a second is all there is. */
const seamMs = 2000;

/**
 * The pieces, in the order of time, as one recording of (fromUnixMs, toUnixMs] whose zero is `fromUnixMs`. Where one
 * takes over from the other, and where the first is cut, pods and what the cluster said that still held are taken on
 * with what has changed of them. What nobody watched is a gap. Decisions keep their ids.
 */
export function joinPieces(
  pieces: readonly WatchedPiece[],
  { fromUnixMs, toUnixMs }: { fromUnixMs: number; toUnixMs: number },
): Recording {
  const joined: Recording = {
    series: [],
    points: [],
    podEvents: [],
    concurrency: [],
    decisions: [],
    gaps: [],
  };
  const reports: ClusterReport[] = [];
  let known = new Map<string, PodEvent>();
  let said = new Map<string, StandingReport>();
  let watchedToMs = 0;
  for (const [i, piece] of pieces.entries()) {
    const at = (ms: number): number => Math.round(piece.originMs + ms - fromUnixMs);
    const next = pieces[i + 1];
    const beginMs = Math.max(0, at(piece.fromMs));
    const endMs = Math.min(
      toUnixMs - fromUnixMs,
      piece.toMs === null ? Infinity : at(piece.toMs),
      next ? Math.round(next.originMs + next.fromMs - fromUnixMs) : Infinity,
    );
    if (endMs <= beginMs) continue;
    if (beginMs - watchedToMs > seamMs) unwatched(joined, watchedToMs, beginMs);
    const events = piece.podEvents.map((event) => ({
      ...event,
      atMs: at(event.atMs),
      serverAtMs: event.serverAtMs === null ? null : at(event.serverAtMs),
    }));
    const there = fold(events.filter(({ atMs }) => atMs <= beginMs));
    joined.podEvents.push(...takenOver(known, there, beginMs));
    const during = events.filter(({ atMs }) => atMs > beginMs && atMs <= endMs);
    joined.podEvents.push(...during);
    known = fold(during, there);
    const inside = ({ atMs }: { atMs: number }): boolean => at(atMs) > beginMs && at(atMs) <= endMs;
    const moved = <T extends { atMs: number }>(row: T): T => ({ ...row, atMs: at(row.atMs) });
    joined.concurrency.push(...piece.concurrency.filter(inside).map(moved));
    joined.decisions.push(...piece.decisions.filter(inside).map(moved));
    const told = (piece.reports ?? []).map((report) => movedReport(report, at));
    const stands = standing(told.filter(({ atMs }) => atMs <= beginMs));
    reports.push(...saidAtTakeover(said, stands, beginMs));
    const toldDuring = told.filter(({ atMs }) => atMs > beginMs && atMs <= endMs);
    for (const report of toldDuring) reports.push(report);
    said = standing(toldDuring, stands);
    for (const gap of piece.gaps) {
      const fromMs = Math.max(beginMs, at(gap.fromMs));
      const toMs = gap.toMs === null ? null : Math.min(endMs, at(gap.toMs));
      if (fromMs < (toMs ?? endMs))
        joined.gaps.push({ ...gap, fromMs, toMs: next && toMs === null ? endMs : toMs });
    }
    watchedToMs = endMs;
  }
  const goesOn = pieces.at(-1)?.toMs === null;
  if (!goesOn && toUnixMs - fromUnixMs - watchedToMs > seamMs)
    unwatched(joined, watchedToMs, toUnixMs - fromUnixMs);
  return {
    ...joined,
    podEvents: joined.podEvents.map((event, i) => ({ ...event, id: i + 1 })),
    concurrency: joined.concurrency.map((sample, i) => ({ ...sample, id: i + 1 })),
    gaps: joined.gaps.map((gap, i) => ({ ...gap, id: i + 1 })),
    ...(reports.length > 0 ? { reports: reports.map((report, i) => ({ ...report, id: i + 1 })) } : {}),
  };
}

function movedReport(report: ClusterReport, at: (ms: number) => number): ClusterReport {
  const { atMs, serverAtMs } = report;
  const times = { atMs: at(atMs), serverAtMs: serverAtMs === null ? null : at(serverAtMs) };
  if (report.kind !== 'usage') return { ...report, ...times };
  const movedUsage = (pod: PodUsage): PodUsage => ({
    ...pod,
    sampledAtMs: at(pod.sampledAtMs),
    startedAtMs: pod.startedAtMs === null ? null : at(pod.startedAtMs),
  });
  return { ...report, ...times, pods: report.pods.map(movedUsage) };
}

/** What holds until another of its kind is told. */
type StandingReport = Extract<
  ClusterReport,
  { kind: 'scale' | 'revision' | 'traffic' | 'service' | 'setting' }
>;

/** The last report of each thing that the cluster said and that still holds. */
function standing(
  reports: readonly ClusterReport[],
  before?: ReadonlyMap<string, StandingReport>,
): Map<string, StandingReport> {
  const stands = new Map(before);
  for (const report of reports) {
    if (report.kind === 'traffic' || report.kind === 'service') stands.set(report.kind, report);
    if (report.kind === 'revision') stands.set(`revision ${report.revision}`, report);
    if (report.kind === 'setting') stands.set(`setting ${report.revision} ${report.setting}`, report);
    if (report.kind === 'scale') stands.set(`scale ${report.source} ${report.revision}`, report);
  }
  return stands;
}

/** What is told anew, or otherwise, where a piece begins; a scale of which its kind says no more has gone unseen. */
function saidAtTakeover(
  before: ReadonlyMap<string, StandingReport>,
  after: ReadonlyMap<string, StandingReport>,
  atMs: number,
): ClusterReport[] {
  const told = [...after].flatMap(([key, report]): ClusterReport[] =>
    wordsOf(before.get(key)) === wordsOf(report) ? [] : [{ ...report, atMs, serverAtMs: null }],
  );
  const sources = new Set(
    [...after.values()].map((report) => (report.kind === 'scale' ? report.source : '')),
  );
  const gone = [...before].flatMap(([key, report]): ClusterReport[] =>
    report.kind === 'scale' && !after.has(key) && sources.has(report.source)
      ? [{ ...report, desired: null, actual: null, reason: null, atMs, serverAtMs: null }]
      : [],
  );
  return [...gone, ...told];
}

function wordsOf(report: StandingReport | undefined): string {
  return JSON.stringify({ ...report, id: 0, atMs: 0, serverAtMs: 0 });
}

/** The last event of each pod that is there. */
function fold(events: readonly PodEvent[], before?: ReadonlyMap<string, PodEvent>): Map<string, PodEvent> {
  const pods = new Map(before);
  for (const event of events) {
    if (event.phase === 'gone') pods.delete(event.uid);
    else pods.set(event.uid, event);
  }
  return pods;
}

function takenOver(
  before: ReadonlyMap<string, PodEvent>,
  after: ReadonlyMap<string, PodEvent>,
  atMs: number,
): PodEvent[] {
  const gone = [...before.values()]
    .filter(({ uid }) => !after.has(uid))
    .map((event): PodEvent => ({
      ...event,
      type: 'DELETED',
      phase: 'gone',
      reason: null,
      atMs,
      serverAtMs: null,
    }));
  const changed = [...after.values()]
    .filter(({ uid, phase }) => before.get(uid)?.phase !== phase)
    .map((event): PodEvent => ({ ...event, type: 'LIST', atMs, serverAtMs: null }));
  return [...gone, ...changed];
}

function unwatched(joined: Recording, fromMs: number, toMs: number): void {
  const { code, data } = message('gaps.not-watched');
  for (const what of ['pods', 'concurrency', 'decisions'] as const)
    joined.gaps.push({ id: 0, what, fromMs, toMs, reason: 'not watched', code, data });
}
