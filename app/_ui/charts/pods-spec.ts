import { podsAt, type PodStep } from '@/lib/timeline/pods';
import { formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { theirDesired } from './averages-spec';
import { around, replicasOf } from './model';
import { mostSpans, thinSteps } from './pod-steps';
import {
  below,
  heldSteps,
  hideZero,
  lineBase,
  type ChartSpec,
  type LegendItem,
  type SpecInput,
} from './series';
import { pattern, withAlpha, type ColourName, type PatternKind } from './theme';

interface Area {
  key: string;
  label: string;
  colour: ColourName;
  pattern: PatternKind | null;
  /** `own`: ready pods of each revision at that moment. */
  count: (step: PodStep, own: readonly number[]) => number | undefined;
}

const patterns = [
  ['ready', null],
  ['starting', 'rising'],
  ['pending', 'dots'],
  ['terminating', 'falling'],
] as const;

function phasesOf(t: SpecInput['t']): Area[] {
  return patterns.map(([key, kind]) => ({
    key,
    label: t(`charts.phases.${key}`),
    colour: key,
    pattern: kind,
    count: (step) => step[key],
  }));
}

/** Ready pods of each revision, the first as where there is one; with more they begin anew. */
export const revisionColours: ColourName[] = [
  'ready',
  'active',
  'client-error',
  'expected',
  'redirect',
  'p99',
];

/**
 * Pods stacked by phase, exact to each event, with the replicas that the calculation asks for as a line over them. Of
 * several revisions the ready ones are stacked by revision, the older below.
 */
export function podsSpec(
  { theme, t }: SpecInput,
  locale: Locale,
  {
    isDecidedKnown,
    isTheirsKnown,
    revisions,
  }: {
    isDecidedKnown: boolean;
    /** Whether the cluster's autoscaler tells how many pods it asks for. */
    isTheirsKnown: boolean;
    revisions: readonly string[];
  },
): ChartSpec {
  const several = revisions.length > 1;
  const phases: Area[] = several
    ? [
        ...revisions.map((name, i): Area => ({
          key: `ready ${i}`,
          label: t('charts.readyOf', { revision: name }),
          colour: revisionColours[i % revisionColours.length]!,
          pattern: null,
          count: (_step, own) => own[i],
        })),
        ...phasesOf(t).slice(1),
      ]
    : phasesOf(t);
  const areas = phases.map(({ key, label, colour, pattern: kind }, i) => ({
    ...lineBase(key, label, i + 1),
    borderColor: theme.colours[colour],
    borderWidth: 1,
    backgroundColor: kind ? pattern(kind, theme.colours[colour]) : withAlpha(theme.colours[colour], 0.5),
    // The lowest begins at zero: 'stack' would take the line of desired pods for what lies below it.
    fill: below(i),
    stack: 'pods',
    segment: hideZero,
  }));
  const desired = {
    ...lineBase('desired', t('charts.desired'), 0),
    borderColor: theme.colours.desired,
    borderWidth: 2,
    borderDash: [5, 3],
    fill: false,
    stack: 'desired',
  };
  const decided = {
    ...lineBase('decided', t('lag.decidedLegend'), 0),
    borderColor: theme.colours.decided,
    borderWidth: 1.5,
    borderDash: [1, 2],
    fill: false,
    stack: 'decided',
  };
  const theirs = {
    ...lineBase('their-desired', t('charts.theirDesired'), 0),
    borderColor: theme.colours.theirs,
    borderWidth: 1.5,
    borderDash: [7, 3],
    fill: false,
    stack: 'their-desired',
  };
  const lines = [...(isDecidedKnown ? ['decided'] : []), ...(isTheirsKnown ? ['theirs'] : [])];
  return {
    key: 'pods',
    ...(lines.length > 0 || several ? { form: [...lines, ...revisions].join(' ') } : {}),
    height: 170,
    datasets: [...areas, desired, ...(isDecidedKnown ? [decided] : []), ...(isTheirsKnown ? [theirs] : [])],
    legend: [
      ...phases.map(({ key, label, colour, pattern: kind }): LegendItem => ({
        key,
        label,
        colour: theme.colours[colour],
        shape: kind ?? 'area',
      })),
      { key: 'desired', label: t('charts.desired'), colour: theme.colours.desired, shape: 'dashed' },
      ...(isDecidedKnown
        ? [
            {
              key: 'decided',
              label: t('lag.decidedLegend'),
              colour: theme.colours.decided,
              shape: 'dashed' as const,
            },
          ]
        : []),
      ...(isTheirsKnown
        ? [
            {
              key: 'their-desired',
              label: t('charts.theirDesired'),
              colour: theme.colours.theirs,
              shape: 'dashed' as const,
            },
          ]
        : []),
    ],
    fill({ model, range }) {
      const endMs = Math.min(model.endMs, range.toMs);
      const steps = thinSteps(
        around(model.correlation.pods.steps, range),
        (range.toMs - range.fromMs) / mostSpans,
      );
      // A stack needs every moment in each of its areas.
      const own = several
        ? steps.map(({ atMs }) =>
            [...model.podsByRevision.values()].map((pods) => podsAt(pods.steps, atMs).ready),
          )
        : [];
      for (const [i, { count }] of phases.entries())
        areas[i]!.data = heldSteps(
          steps.map((step, at) => ({ x: step.atMs, y: count(step, own[at] ?? []) ?? 0 })),
          endMs,
        );
      const decisions = around(model.decisions, range).map((decision) => ({
        ...decision,
        replicas: replicasOf(model, decision),
      }));
      // Only where it changes: a line of hours has few steps.
      const changes = decisions.filter(
        (decision, i) => i === 0 || decision.replicas !== decisions[i - 1]!.replicas,
      );
      // What was calculated before the cluster's ticks were known is due at the first of them.
      const due = new Map(model.correlation.expected.map(({ decisionId, atMs }) => [decisionId, atMs]));
      desired.data = heldSteps(
        changes.map(({ id, atMs, replicas }) => ({ x: Math.max(atMs, due.get(id) ?? atMs), y: replicas })),
        endMs,
      );
      decided.data = heldSteps(
        around(model.correlation.decided, range).map(({ atMs, pods }) => ({ x: atMs, y: pods })),
        endMs,
      );
      theirs.data = theirDesired(model, endMs);
    },
    y: { whole: true, suggestedMax: 2, tick: (value) => formatNumber(value, locale) },
  };
}
