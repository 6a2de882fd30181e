import { addingUp } from '@/lib/statistics/adding-up';
import { type Figure, message, type Message } from '@/lib/model/message';
import { type LagPart } from '@/lib/model/lag-part';
import { type RunsLag } from './lag-parts';
import { type LagSentence } from './lag-story';

/** A sentence of the cluster's own word, for every language. */
export function lagMessage(s: LagSentence): Message {
  switch (s.kind) {
    case 'lag-parts': {
      // A length of a second and more is told in tenths: its parts are, too, and so add up.
      const step = s.lateMs >= 999.5 ? 100 : 1;
      const told = addingUp([...s.parts.map(({ ms }) => ms), s.restMs], s.lateMs, step);
      const restMs = told.at(-1)!;
      return message('narrative.lag-parts', {
        n: s.nth,
        late: duration(Math.round(s.lateMs / step) * step),
        parts: inOneRow([
          ...s.parts.flatMap(({ part }, i) => (told[i] === 0 ? [] : [partWord(part, told[i]!, s)])),
          ...(restMs === 0 ? [] : [message('narrative.part-rest', { time: duration(Math.abs(restMs)) })]),
        ]),
      });
    }
    case 'decided':
      return s.afterMs === null
        ? message('narrative.never-decided', { to: s.to, most: s.most })
        : message('narrative.decided-not-done', { to: s.to, after: duration(Math.max(0, s.afterMs)) });
    case 'most-of-lag':
      return message('narrative.most-of-lag', {
        percent: { figure: 'whole', value: s.share * 100 },
        events: s.events,
        part: message(`narrative.lag-of-${s.part}`),
        advice: s.part === 'unknown' ? '' : message(`narrative.advice-${s.part}`),
      });
    case 'difference':
      return s.pods < 0.05
        ? message('narrative.agree')
        : message('narrative.disagree', {
            pods: { figure: 'tenths', value: s.pods },
            way: s.signed < -s.pods / 2 ? 'fewer' : s.signed > s.pods / 2 ? 'more' : 'both',
          });
    case 'setting':
      return message('narrative.setting', {
        revision: s.revision,
        setting: s.setting,
        theirs: s.theirs ?? message('narrative.unset'),
        ours: s.ours ?? message('narrative.unset'),
      });
    case 'config-change':
      return message('narrative.config-change', {
        at: { figure: 'second', value: s.atMs },
        configMap: s.configMap,
        key: s.key,
        before: s.before ?? message('narrative.unset'),
        after: s.after ?? message('narrative.unset'),
        holds: s.configMap === 'config-autoscaler' ? 'autoscaler' : 'later',
      });
    case 'input': {
      const isShare = s.input === 'panicMode' || s.input === 'activator';
      const figure = (value: number): Figure =>
        isShare ? { figure: 'whole', value: value * 100 } : { figure: 'tenths', value };
      return message('narrative.input', { input: s.input, ours: figure(s.ours), theirs: figure(s.theirs) });
    }
    case 'note':
      return message('narrative.note', {
        at: { figure: 'second', value: s.atMs },
        reason: s.reason,
        objects: s.objects,
        name: s.name,
        text: s.text,
      });
  }
}

/** What makes most of several runs' lag, and what usually helps. */
export function runsLagMessage({ part, share, runs, of }: RunsLag): Message {
  return message('narrative.most-of-runs-lag', {
    runs,
    of,
    percent: { figure: 'whole', value: share * 100 },
    part: message(`narrative.lag-of-${part}`),
    advice: part === 'unknown' ? '' : message(`narrative.advice-${part}`),
  });
}

function partWord(
  part: LagPart,
  ms: number,
  { isNewNode, failure }: Pick<Extract<LagSentence, { kind: 'lag-parts' }>, 'isNewNode' | 'failure'>,
): Message {
  const time = duration(Math.abs(ms));
  if (ms < 0) return message('narrative.part-earlier', { time });
  if (part === 'schedule' && isNewNode) return message('narrative.part-schedule-node', { time });
  if (part === 'pull' && isNewNode) return message('narrative.part-pull-node', { time });
  if (part === 'start' && failure !== null) return message('narrative.part-start-failed', { time, failure });
  return message(`narrative.part-${part}`, { time });
}

function inOneRow(words: readonly Message[]): Message | string {
  return words.reduce<Message | string>(
    (before, next) => (before === '' ? next : message('narrative.in-a-row', { before, next })),
    '',
  );
}

const duration = (value: number): Figure => ({ figure: 'duration', value });
