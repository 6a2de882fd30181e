import { type Incident, type IncidentPartName } from '@/lib/model/incident';
import { type Figure, message, type Message } from '@/lib/model/message';
import { type RequestUnit } from '@/lib/model/protocol';
import { timed } from './unit-message';

/** A part as it is printed: what it took in all, ms. */
export interface PrintedPart {
  part: IncidentPartName;
  ms: number;
}

/** As fine (ms) as an incident's times are printed: tenths of a second, or, of one shorter than a second, ms. */
export const printedStepMs = (durationMs: number): number => (durationMs < 1000 ? 1 : 100);

/** A length (ms) whose ends are rounded to so many ms: such lengths of one way add up to that of the whole. */
export function lengthBySteps({ fromMs, toMs }: { fromMs: number; toMs: number }, stepMs: number): number {
  return Math.round(toMs / stepMs) * stepMs - Math.round(fromMs / stepMs) * stepMs;
}

/** A part's length as it is printed of an incident of so many ms. */
export function printedLength(span: { fromMs: number; toMs: number }, durationMs: number): number {
  return lengthBySteps(span, printedStepMs(durationMs));
}

/** An incident's length (ms) as it is printed everywhere: the difference of its printed ends. */
export function incidentLengthMs({
  startMs,
  endMs,
  durationMs,
}: Pick<Incident, 'startMs' | 'endMs' | 'durationMs'>): number {
  return printedLength({ fromMs: startMs, toMs: endMs }, durationMs);
}

/**
 * An incident's times as they are printed: its marks rounded, not its parts, so that the printed parts add up to the
 * printed sum, which is the difference of the printed ends. Parts of no printed length are left out; several of one name are one.
 */
export function printedParts(incident: Pick<Incident, 'startMs' | 'endMs' | 'durationMs' | 'parts'>): {
  totalMs: number;
  parts: PrintedPart[];
} {
  return partsBySteps(incident, printedStepMs(incident.durationMs));
}

/** The same, rounded to so many ms. */
export function partsBySteps(
  { startMs, endMs, parts }: Pick<Incident, 'startMs' | 'endMs' | 'parts'>,
  stepMs: number,
): { totalMs: number; parts: PrintedPart[] } {
  const sums = new Map<IncidentPartName, number>();
  for (const { part, fromMs, toMs } of parts) {
    const ms = lengthBySteps({ fromMs, toMs }, stepMs);
    if (ms > 0) sums.set(part, (sums.get(part) ?? 0) + ms);
  }
  return {
    totalMs: lengthBySteps({ fromMs: startMs, toMs: endMs }, stepMs),
    parts: [...sums].map(([part, ms]) => ({ part, ms })),
  };
}

/** What happened and what it cost, as one sentence for every language. `unit`: what the run's requests are. */
export function incidentMessage(incident: Incident, unit: RequestUnit): Message {
  const parts = printedParts(incident).parts.map(({ part, ms }) =>
    message(`incidents.part-${part}`, { time: incidentLength(ms) }),
  );
  const sentence = message('incidents.short', {
    begin: beginOf(incident),
    outcome: outcomeOf(incident, unit),
    parts: parts.length === 0 ? '' : message('incidents.parts', { parts: inARow(parts) }),
    cost: costOf(incident, unit),
  });
  const { revision } = incident;
  return revision === undefined ? sentence : message('narrative.of-revision', { revision, sentence });
}

/** The culprit with what shows it: "did not decide: for 4.0 s …". */
export function culpritMessage({ culprit: { kind, evidence } }: Pick<Incident, 'culprit'>): Message {
  return message('incidents.culprit', {
    kind: message(`incidents.culprit-${kind}`),
    evidence:
      evidence.length === 0
        ? ''
        : message('incidents.because', { evidence: inARow(evidence as unknown as Message[]) }),
  });
}

function beginOf({ kind, cause, startMs, load, pods }: Incident): Message {
  const at = second(startMs);
  const { due, from, reached } = pods;
  if (kind === 'short') {
    if (cause === 'limit') return message('incidents.was-at-limit', { due, at });
    if (cause === 'pods') return message('incidents.pods-went', { from, reached, at });
    if (load === null || load.to <= load.from) return message('incidents.due-at', { due, at });
    return message('incidents.rose', { ...loads(load), at });
  }
  if (cause === 'pods') return message('incidents.more-than-due', { at });
  if (load === null || load.to >= load.from) return message('incidents.fewer-due-at', { due, at });
  return message('incidents.fell', { ...loads(load), at });
}

const loads = ({
  from,
  to,
  metric,
}: NonNullable<Incident['load']>): { from: Figure; to: Figure; unit: Message | string } => ({
  from: loadFigure(from),
  to: loadFigure(to),
  unit: metric === 'concurrency' || metric === 'rps' ? message(`incidents.unit-${metric}`) : metric,
});

/** A mean over a second of 49.8 is the 50 that were asked for. */
const loadFigure = (value: number): Figure => ({ figure: value < 10 ? 'tenths' : 'whole', value });

/** Whether the pods that were due were ready, and requests waited when the recording or the load ended. */
export function stillWaited({ kind, end, pods: { due, reached } }: Incident): boolean {
  return kind === 'short' && end === 'open' && reached >= due;
}

/** The change of pods that an incident is told by: where ready ones went those that were left, else what was due. */
export function podsChange({ kind, cause, pods: { from, due, reached } }: Incident): {
  from: number;
  due: number;
} {
  return { from, due: kind === 'short' && cause === 'pods' ? reached : due };
}

function outcomeOf(incident: Incident, unit: RequestUnit): Message {
  const { kind, cause, end, startMs, endMs, durationMs } = incident;
  const { due, reached } = incident.pods;
  const data = {
    at: second(endMs),
    after: incidentLength(incidentLengthMs({ startMs, endMs, durationMs })),
  };
  if (kind === 'idle') {
    if (end === 'done') return message('incidents.went', data);
    return message(end === 'load' ? 'incidents.needed-again' : 'incidents.never-went', data);
  }
  if (end === 'done') return message(cause === 'pods' ? 'incidents.came-back' : 'incidents.followed', data);
  if (stillWaited(incident)) return message('incidents.still-waited', { ...data, reached, unit });
  return end === 'load'
    ? message('incidents.load-went', data)
    : message('incidents.never-followed', { ...data, due, reached });
}

function costOf({ slow, idle }: Incident, unit: RequestUnit): Message | string {
  if (idle)
    return message('incidents.idle-cost', {
      idle: { figure: 'whole', value: idle.podSeconds },
      within: { figure: 'whole', value: idle.settingsPodSeconds },
    });
  if (slow === null) return '';
  if (slow.count === 0 || slow.p95Ms === null)
    return message('incidents.cost-none', { requests: timed(slow.requests, unit) });
  return message('incidents.cost', {
    requests: timed(slow.count, unit),
    n: slow.count,
    p95: duration(slow.p95Ms),
    steady: duration(slow.steadyP95Ms),
  });
}

function inARow(words: readonly Message[]): Message {
  return words.reduce((before, next) => message('incidents.in-a-row', { before, next }));
}

const second = (value: number): Figure => ({ figure: 'second', value });
const incidentLength = (value: number): Figure => ({ figure: 'incidentLength', value });
const duration = (value: number): Figure => ({ figure: 'duration', value });
