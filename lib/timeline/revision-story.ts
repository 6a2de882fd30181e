import { type Correlation } from './correlate';
import { type RevisionSeen } from './correlate-revisions';
import { type SentencePlace } from './lag-story';
import { type Figure, message, type Message } from '@/lib/model/message';
import { type Rollout, type TrafficSplit } from './rollouts';

/** What a service's revisions add to a run's story. */
export type RevisionSentence =
  | { kind: 'revisions'; revisions: RevisionSeen[] }
  | ({ kind: 'rollout' } & Omit<Rollout, 'id'>)
  | ({ kind: 'split' } & Omit<TrafficSplit, 'id'>);

/** By what each revision was scaled, where each was by itself. */
export function revisionRules({ revisions }: Correlation): (RevisionSentence & SentencePlace)[] {
  const known = revisions.filter(({ target }) => target !== null);
  return known.length > 1 ? [{ kind: 'revisions', revisions: known, range: null, eventId: null }] : [];
}

/** Rollouts and splits, each with its place. */
export function revisionSentences({ rollouts, splits }: Correlation): (RevisionSentence & SentencePlace)[] {
  return [
    ...rollouts.map(({ id, ...rollout }) => ({
      kind: 'rollout' as const,
      ...rollout,
      range: {
        fromMs: rollout.startedMs,
        toMs: rollout.goneMs ?? rollout.tookOverMs ?? rollout.servingMs ?? rollout.startedMs,
      },
      eventId: id,
    })),
    ...splits.map(({ id, ...split }) => ({
      kind: 'split' as const,
      ...split,
      range: { fromMs: split.fromMs, toMs: split.toMs ?? split.fromMs },
      eventId: id,
    })),
  ];
}

/** The sentence as a message. */
export function revisionMessage(s: RevisionSentence): Message {
  if (s.kind === 'revisions')
    return message('narrative.revisions', { rules: inARow(s.revisions.map(ruleOf)) });
  return s.kind === 'split' ? splitMessage(s) : rolloutMessage(s);
}

/** How a split divides the requests, in words. */
function sharesMessage(shares: TrafficSplit['shares']): Message | string {
  return inARow(shares.map(({ revision, percent }) => message('narrative.share', { percent, revision })));
}

function ruleOf({ revision, target, minScale, maxScale }: RevisionSeen): Message {
  return message('narrative.revision-rule', {
    revision,
    target: { figure: 'tenths', value: target },
    least: minScale ? message('narrative.at-least', { pods: minScale }) : '',
    most: maxScale ? message('narrative.at-most', { pods: maxScale }) : '',
  });
}

function splitMessage({ fromMs, toMs, shares, by }: Omit<TrafficSplit, 'id'>): Message {
  const data = { from: second(fromMs), shares: sharesMessage(shares), by: evidence(by) };
  return toMs === null
    ? message('narrative.split-open', data)
    : message('narrative.split', { ...data, to: second(toMs) });
}

function rolloutMessage(rollout: Omit<Rollout, 'id'>): Message {
  const { revision, before, startedMs, servingMs, tookOverMs, by } = rollout;
  if (tookOverMs === null)
    return servingMs === null
      ? message('narrative.revision-unused', { revision, at: second(startedMs) })
      : message('narrative.revision-came', { revision, at: second(startedMs), served: second(servingMs) });
  return message('narrative.rollout', {
    revision,
    at: second(tookOverMs),
    from: before.length > 0 ? message('narrative.rollout-from', { before: before.join(', ') }) : '',
    started: startedMs < tookOverMs ? message('narrative.rollout-started', { at: second(startedMs) }) : '',
    by: evidence(by),
    gone: goneWords(rollout),
  });
}

function goneWords({ podsBefore, podsLeft, goneMs, tookOverMs }: Omit<Rollout, 'id'>): Message | string {
  if (podsBefore === 0) return '';
  return goneMs === null || tookOverMs === null
    ? message('narrative.rollout-left', { pods: podsBefore, left: podsLeft })
    : message('narrative.rollout-gone', {
        pods: podsBefore,
        after: { figure: 'duration', value: goneMs - tookOverMs },
      });
}

/** The Route's word needs no more; what is taken from elsewhere is said. */
function evidence(by: Rollout['by']): Message | string {
  return by === 'route' ? '' : message(`narrative.seen-by-${by}`);
}

function inARow(words: readonly Message[]): Message | string {
  return words.reduce<Message | string>(
    (before, next) => (before === '' ? next : message('narrative.in-a-row', { before, next })),
    '',
  );
}

const second = (value: number): Figure => ({ figure: 'second', value });
