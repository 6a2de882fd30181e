import { type Figure, message, type Message } from '@/lib/model/message';
import { type RunsLag } from './lag-parts';
import { type LagSentence } from './lag-story';

/** A sentence of the cluster's own word, for every language. */
export function lagMessage(s: LagSentence): Message {
  switch (s.kind) {
    case 'most-of-lag':
      return message('narrative.most-of-lag', {
        percent: { figure: 'whole', value: s.share * 100 },
        incidents: s.incidents,
        part: message(`narrative.lag-of-${s.part}`),
        advice: message(
          s.onUsage && (s.part === 'notice' || s.part === 'decide')
            ? `narrative.advice-${s.part}-hpa`
            : `narrative.advice-${s.part}`,
        ),
      });
    case 'difference':
      return difference(s);
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
    case 'unready':
      return message('narrative.unready', {
        from: { figure: 'second', value: s.fromMs },
        until: s.toMs === null ? '' : message('narrative.until', { to: { figure: 'second', value: s.toMs } }),
        why: s.reason === null ? 'stale' : 'told',
        reason: s.reason ?? '',
        text:
          s.message === null || s.message === '' ? '' : message('narrative.in-words', { text: s.message }),
      });
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

function difference({ pods, signed, byReading }: Extract<LagSentence, { kind: 'difference' }>): Message {
  if (pods < least) return message('narrative.agree');
  const tenths = (value: number): Figure => ({ figure: 'tenths', value });
  if (pods - byReading < least) return message('narrative.agree-by-reading', { pods: tenths(pods) });
  return message('narrative.disagree', {
    pods: tenths(pods),
    way: signed < -pods / 2 ? 'fewer' : signed > pods / 2 ? 'more' : 'both',
    reading: byReading < least ? '' : message('narrative.of-that-by-reading', { pods: tenths(byReading) }),
  });
}

/** Fewer pods are no difference: a tenth is told. */
const least = 0.05;

/** What makes most of several runs' lag, and what usually helps. */
export function runsLagMessage({ part, share, runs, of }: RunsLag): Message {
  return message('narrative.most-of-runs-lag', {
    runs,
    of,
    way: share > 0.5 ? 'most' : 'largest',
    percent: { figure: 'whole', value: share * 100 },
    part: message(`narrative.lag-of-${part}`),
    advice: part === 'unknown' ? '' : message(`narrative.advice-${part}`),
  });
}
