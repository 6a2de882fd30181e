import { type ClusterEvent, type ClusterReport } from '@/lib/model/cluster-report';
import { happenedMs } from '@/lib/model/recording';

/** Events of one reason in a row, told as one. */
export interface ClusterNote {
  reason: string;
  fromMs: number;
  toMs: number;
  /** How many objects it is about. */
  objects: number;
  /** The first one's name and what was said of it. */
  name: string;
  message: string;
}

/** Events that say why pods waited or failed; the rest is told by the pods themselves. */
const telling = new Set([
  'FailedScheduling',
  'TriggeredScaleUp',
  'NotTriggerScaleUp',
  'Unhealthy',
  'BackOff',
  'Failed',
  'Evicted',
  'Preempted',
  'OOMKilling',
  'FailedMount',
  'FailedAttachVolume',
  'FailedCreate',
  'FailedCreatePodSandBox',
  'NodeNotReady',
  'ProbeError',
  'InspectFailed',
  'ErrImageNeverPull',
  'ExceededGracePeriod',
]);
/** Events further apart (ms) are two notes. */
const apartMs = 30_000;
const mostNotes = 40;

/** What the cluster's Events say, in the order of time. */
export function clusterNotes(reports: readonly ClusterReport[]): ClusterNote[] {
  const notes: ClusterNote[] = [];
  const open = new Map<string, { note: ClusterNote; names: Set<string> }>();
  const events = reports
    .filter((report): report is ClusterEvent => report.kind === 'event' && telling.has(report.reason))
    .map((event) => ({ ...event, atMs: happenedMs(event) }))
    .sort((a, b) => a.atMs - b.atMs);
  for (const { reason, atMs, name, message } of events) {
    const known = open.get(reason);
    if (known && atMs - known.note.toMs <= apartMs) {
      known.note.toMs = atMs;
      known.note.objects = known.names.add(name).size;
      continue;
    }
    const note: ClusterNote = { reason, fromMs: atMs, toMs: atMs, objects: 1, name, message };
    open.set(reason, { note, names: new Set([name]) });
    notes.push(note);
  }
  return notes.slice(0, mostNotes);
}
