'use client';

import {
  Activity,
  ChevronDown,
  ChevronUp,
  CircleCheck,
  CircleHelp,
  CircleX,
  CloudOff,
  Cpu,
  EyeOff,
  Flag,
  Gauge,
  HeartCrack,
  Hourglass,
  Megaphone,
  Replace,
  Scale,
  Settings2,
  Snowflake,
  Split,
  TrendingDown,
  TrendingUp,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import { useState, type MouseEvent } from 'react';
import { storyOf } from '@/lib/timeline/story';
import { storyMessage } from '@/lib/timeline/story-message';
import { type StorySentence } from '@/lib/timeline/story-sentence';
import { type ChartModel, type TimeRange } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { Assumptions, NotSaid } from '@/app/_ui/calculation-notes';
import { cn } from '@/app/_ui/cn';
import { usePrinting } from '@/app/_ui/print';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { unparted } from '@/lib/words/format';
import { useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { figuresOfPage } from './figures';
import { rangeAround, showPlace } from './show-place';

const introKinds: StorySentence['kind'][] = ['asked', 'watched', 'rules', 'revisions', 'load'];
const mostShown = 9;

const looks: Record<StorySentence['kind'], { icon: LucideIcon; tone: string }> = {
  asked: { icon: Flag, tone: 'text-muted-foreground' },
  watched: { icon: Flag, tone: 'text-muted-foreground' },
  rules: { icon: Flag, tone: 'text-muted-foreground' },
  load: { icon: Gauge, tone: 'text-muted-foreground' },
  thresholds: { icon: CircleCheck, tone: 'text-success' },
  'threshold-crossed': { icon: CircleX, tone: 'text-danger' },
  'threshold-unclear': { icon: CircleHelp, tone: 'text-warning' },
  'cold-start': { icon: Snowflake, tone: 'text-info' },
  incident: { icon: Activity, tone: 'text-danger' },
  'scaled-up': { icon: TrendingUp, tone: 'text-data-expected' },
  missed: { icon: TriangleAlert, tone: 'text-danger' },
  'scaled-down': { icon: TrendingDown, tone: 'text-muted-foreground' },
  kept: { icon: TriangleAlert, tone: 'text-warning' },
  unexpected: { icon: TriangleAlert, tone: 'text-warning' },
  lost: { icon: HeartCrack, tone: 'text-danger' },
  gap: { icon: CloudOff, tone: 'text-muted-foreground' },
  'no-scaling': { icon: CircleCheck, tone: 'text-muted-foreground' },
  'most-of-lag': { icon: Hourglass, tone: 'text-data-expected' },
  difference: { icon: Scale, tone: 'text-muted-foreground' },
  setting: { icon: Scale, tone: 'text-warning' },
  input: { icon: Scale, tone: 'text-warning' },
  unready: { icon: Hourglass, tone: 'text-warning' },
  'config-change': { icon: Settings2, tone: 'text-warning' },
  'usage-peak': { icon: Cpu, tone: 'text-muted-foreground' },
  'usage-unread': { icon: EyeOff, tone: 'text-warning' },
  'usage-failed': { icon: EyeOff, tone: 'text-warning' },
  note: { icon: Megaphone, tone: 'text-warning' },
  revisions: { icon: Flag, tone: 'text-muted-foreground' },
  rollout: { icon: Replace, tone: 'text-info' },
  split: { icon: Split, tone: 'text-info' },
};

/** The run in sentences made from the data, at the top of its page; each is a link to its place in the charts. */
export function StoryPanel({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const say = useSay();
  const t = useWords();
  const model = useStore(store);
  const [all, setAll] = useState(false);
  const printing = usePrinting();
  const { run, correlation, recording } = model;
  // Until the run's own figures are stored, its seconds tell them.
  const told = run.endedAtMs === null ? { ...run, figures: { ...run.figures, ...liveFigures(model) } } : run;
  const story = storyOf(told, correlation, recording);
  const intro = story.filter(({ kind }) => introKinds.includes(kind));
  const rest = story.filter(({ kind }) => !introKinds.includes(kind));
  // What would help is seen at once.
  const shown =
    all || printing ? rest : rest.filter(({ kind }, i) => i < mostShown || kind === 'most-of-lag');

  return (
    <section aria-label={t('tabs.story')} data-story className="panel mb-4 px-4 py-3.5 sm:px-5">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="text-sm font-semibold">{t('tabs.story')}</h2>
        {run.endedAtMs === null && <Badge tone="info">{t('story.soFar')}</Badge>}
      </div>
      <p className="mt-1.5 max-w-5xl text-sm leading-relaxed text-pretty text-muted-foreground">
        {intro.map((sentence) => (
          <span key={sentence.kind} data-sentence={sentence.kind}>
            {t('common.inARow', { sentence: unparted(say(storyMessage(sentence))) })}
          </span>
        ))}
      </p>
      {rest.length > 0 && (
        <ol className="mt-2 grid max-w-5xl gap-y-0.5">
          {shown.map((sentence, i) => (
            <li key={i}>
              <Sentence sentence={sentence} view={view} words={unparted(say(storyMessage(sentence)))} />
            </li>
          ))}
        </ol>
      )}
      <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 print:hidden">
        {(all || shown.length < rest.length) && (
          <Button
            size="sm"
            variant="ghost"
            className="-ml-2"
            aria-expanded={all}
            onClick={() => setAll(!all)}
          >
            {all ? <ChevronUp /> : <ChevronDown />}
            {all ? t('review.story.fewer') : t('review.story.all', { n: rest.length })}
          </Button>
        )}
        <Assumptions autoscaling={run.autoscaling} />
      </div>
      <NotSaid autoscaling={run.autoscaling} />
    </section>
  );
}

function Sentence({ sentence, view, words }: { sentence: StorySentence; view: ChartView; words: string }) {
  const { icon: Icon, tone } = lookOf(sentence);
  const { range, eventId } = sentence;
  const inside = (
    <>
      <Icon aria-hidden className={cn('mt-[3px] size-4 shrink-0', tone)} />
      <span>{words}</span>
    </>
  );
  const look = 'flex gap-2.5 rounded-md px-1.5 py-1 text-sm leading-snug -ml-1.5';
  if (!range)
    return (
      <p data-sentence={sentence.kind} className={look}>
        {inside}
      </p>
    );
  const open = (event: MouseEvent): void => {
    // With a key held the browser opens the address in its own way.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    showPlace(view, range, eventId);
  };
  return (
    <a
      href={addressOf(rangeAround(range), eventId)}
      data-sentence={sentence.kind}
      onClick={open}
      className={cn(look, 'hover:bg-muted hover:underline decoration-border-strong underline-offset-4')}
    >
      {inside}
    </a>
  );
}

function lookOf(sentence: StorySentence): (typeof looks)[StorySentence['kind']] {
  if (sentence.kind === 'thresholds' && sentence.met + sentence.unclear < sentence.total)
    return looks['threshold-crossed'];
  if (sentence.kind === 'thresholds' && sentence.unclear > 0) return looks['threshold-unclear'];
  if (sentence.kind !== 'incident') return looks[sentence.kind];
  const { kind, isUnclear } = sentence.incident;
  if (kind === 'idle') return { icon: TrendingDown, tone: 'text-muted-foreground' };
  return isUnclear ? { icon: looks.incident.icon, tone: 'text-muted-foreground' } : looks.incident;
}

/** The same page at a sentence's place, for who opens it in a tab of its own. */
function addressOf({ fromMs, toMs }: TimeRange, eventId: string | null): string {
  return `?${new URLSearchParams({ from: `${fromMs}`, to: `${toMs}`, ...(eventId === null ? {} : { event: eventId }) }).toString()}`;
}

function liveFigures(model: ChartModel) {
  const { requests, failures, meanRate, p50Ms, p95Ms, p99Ms, peakReady } = figuresOfPage(model, null);
  return { requests, failures, requestsPerSecond: meanRate, p50Ms, p95Ms, p99Ms, peakReadyPods: peakReady };
}
