import { type Incident, type IncidentPartName } from '@/lib/model/incident';
import { lagPartNames } from '@/lib/model/lag-part';
import { message, sentMessage, type Figure, type Message } from '@/lib/model/message';
import { type RecordingGap } from '@/lib/model/recording';
import { type Correlation } from '@/lib/timeline/correlate';
import {
  culpritMessage,
  incidentLengthMs,
  printedLength,
  stillWaited,
} from '@/lib/timeline/incident-message';

/** A time in which pods were missing, as a verdict judges it. Times on the run's clock. */
export interface JudgedIncident {
  startMs: number;
  endMs: number;
  /** Whose pods were missing, where the service has several revisions. */
  revision?: string | undefined;
  /** Pods that were ready and that were due at its most. */
  from: number;
  to: number;
  /** How long it was, surely, as incidents print it; it may have gone on where nothing more was recorded. */
  durationMs: number;
  isOpen: boolean;
  /**
   * followed: as many pods as were due were ready, and nobody waited; queued: they were ready, and requests still waited when
   * the load or the recording ended; limited: as many as are allowed were not enough; either: so little decides on one pod
   * more or fewer that the cluster was as right as the calculation; never: none of it, while they were asked for.
   */
  end: 'followed' | 'queued' | 'limited' | 'either' | 'never';
  /** Of `queued`, for how long requests waited after the pods were ready. */
  queuedMs: number;
  /** How long after they were due the pods were ready. */
  lateMs: number;
  culprit: Message;
  /** Why it is not certain, so that it is held against nobody; null: it is. */
  doubt: Message | null;
}

/** Pods that were asked for less long than this may only have been late: no one can say that they never came. */
const neverAfterMs = 10_000;

/** Whether capacity was asked for so long and did not come, or came and was no use, that no one can call it late. */
export function neverFollowed({
  end,
  durationMs,
  queuedMs,
}: Pick<JudgedIncident, 'end' | 'durationMs' | 'queuedMs'>): boolean {
  return (end === 'never' ? durationMs : end === 'queued' ? queuedMs : 0) >= neverAfterMs;
}

/** What of an incident is the cluster's to answer for: from due to ready. */
const lateParts: ReadonlySet<IncidentPartName> = new Set<IncidentPartName>([...lagPartNames, 'answer']);

/** The times of a run in which pods were missing. */
export function incidentsOf({
  incidents,
  settings,
}: Pick<Correlation, 'incidents' | 'settings'>): JudgedIncident[] {
  const [setting] = settings;
  const ofSetting = setting
    ? message('verdict.doubt-setting', {
        setting: setting.setting,
        theirs: setting.theirs ?? '–',
        ours: setting.ours ?? '–',
      })
    : null;
  return incidents
    .filter(({ kind }) => kind === 'short')
    .map((incident) => {
      const { startMs, endMs, parts } = incident;
      const late = parts.filter(({ part }) => lateParts.has(part));
      const end = endOf(incident);
      return {
        startMs,
        endMs,
        revision: incident.revision,
        ...shortOfPods(incident),
        durationMs: incidentLengthMs(incident),
        isOpen: incident.end === 'open',
        end,
        queuedMs: parts
          .filter(({ part }) => part === 'drain')
          .reduce((sum, part) => sum + printedLength(part, incident.durationMs), 0),
        lateMs: late.reduce((sum, part) => sum + printedLength(part, incident.durationMs), 0),
        culprit: culpritMessage(incident),
        doubt: doubtOf(incident, end, ofSetting),
      };
    });
}

/** Pods that were ready and that were due: where ready ones went, those that were left. */
function shortOfPods({ cause, pods: { from, due, reached } }: Incident): Pick<JudgedIncident, 'from' | 'to'> {
  return { from: cause === 'pods' ? reached : from, to: due };
}

function endOf(incident: Incident): JudgedIncident['end'] {
  const { doneMs, cause, culprit, parts } = incident;
  if (doneMs !== null) return 'followed';
  if (culprit.doubt === 'rounding-edge') return 'either';
  if (cause === 'limit' || culprit.kind === 'not-allowed') return 'limited';
  return stillWaited(incident) && parts.at(-1)?.part === 'drain' ? 'queued' : 'never';
}

function doubtOf(incident: Incident, end: JudgedIncident['end'], ofSetting: Message | null): Message | null {
  if (incident.isUnclear) return evidenceOf(incident);
  return end === 'never' || end === 'queued' ? ofSetting : null;
}

function evidenceOf({ culprit: { evidence } }: Incident): Message {
  const [first] = evidence;
  return first ? sentMessage(first.code, first.data, first.code) : message('verdict.no-reason');
}

/** A gap as a reason of doubt; null for none. */
export function gapMessage(gap: RecordingGap | undefined): Message | null {
  if (!gap) return null;
  const { what, fromMs, toMs, reason, code, data } = gap;
  const told = {
    what: message(`verdict.recorded-${what}`),
    from: second(fromMs),
    reason: sentMessage(code, data, reason),
  };
  return toMs === null
    ? message('verdict.doubt-gap-open', told)
    : message('verdict.doubt-gap', { ...told, to: second(toMs) });
}

const second = (value: number): Figure => ({ figure: 'second', value });
