import { cn } from '@/app/_ui/cn';
import { type Words } from '@/lib/words/words';
import { type ChartModel, type TimeRange } from './model';
import { shortRevision } from '@/lib/timeline/one-revision';
import { type Clock, momentIn } from './clock';
import { plotLeft } from './axes';

const pixelsPerLetter = 5.8;

/** A rollout or a split, as the lane draws it. */
export interface RevisionMark {
  id: string;
  fromMs: number;
  toMs: number;
  /** When a revision took over; null: of a split. */
  atMs: number | null;
  label: string;
  words: string;
}

/** Rollouts and splits: one line each. */
export function revisionMarks(
  { correlation, run, endMs }: ChartModel,
  t: Words,
  clock: Clock,
): RevisionMark[] {
  const short = (name: string): string => shortRevision(name, run.service.name);
  return [
    ...correlation.rollouts.map((rollout): RevisionMark => {
      const { id, revision, startedMs, servingMs, tookOverMs, goneMs } = rollout;
      const name = short(revision);
      return {
        id,
        fromMs: startedMs,
        toMs: goneMs ?? (tookOverMs === null ? (servingMs ?? endMs) : endMs),
        atMs: tookOverMs,
        label:
          tookOverMs === null
            ? t('revisions.came', { revision: name })
            : t('revisions.tookOver', { revision: name, ...momentIn(clock, tookOverMs) }),
        words:
          tookOverMs === null
            ? t('revisions.came', { revision })
            : t('revisions.tookOver', { revision, ...momentIn(clock, tookOverMs) }),
      };
    }),
    ...correlation.splits.map(({ id, fromMs, toMs, shares }): RevisionMark => {
      const words = (name: (revision: string) => string): string =>
        shares
          .map(({ revision, percent }) => t('revisions.share', { percent, revision: name(revision) }))
          .join(' · ');
      return {
        id,
        fromMs,
        toMs: toMs ?? endMs,
        atMs: null,
        label: words(short),
        words: words((revision) => revision),
      };
    }),
  ];
}

/** One line of the lane: how long a rollout or a split lasted, and when the revision took over. */
export function RevisionLine({
  mark: { id, fromMs, toMs, atMs, label, words },
  range,
  x,
  endPx,
  top,
  active,
}: {
  mark: RevisionMark;
  range: TimeRange;
  x: (atMs: number) => number;
  /** Where the plot ends. */
  endPx: number;
  top: number;
  active: boolean;
}) {
  const left = x(Math.max(fromMs, range.fromMs));
  const end = Math.min(x(toMs), endPx);
  const needed = label.length * pixelsPerLetter;
  const mark = atMs === null ? null : x(Math.max(atMs, range.fromMs));
  // Behind the line, else beside what it tells of, else at the end.
  const labelPx = [end + 6, ...(mark === null ? [] : [mark + 5])].find((px) => px + needed <= endPx);
  return (
    <div
      role="img"
      aria-label={words}
      title={words}
      data-lane-mark={id}
      className="absolute h-3.5"
      style={{ top, left: 0 }}
    >
      <span
        aria-hidden
        className={cn('absolute top-[5px] h-1 rounded-full bg-info/40', active && 'bg-info/80')}
        style={{ left, width: Math.max(6, end - left) }}
      />
      {atMs !== null && atMs >= range.fromMs && atMs <= range.toMs && (
        <span
          aria-hidden
          className="absolute top-0 h-3.5 w-1 rounded-sm bg-info"
          style={{ left: x(atMs) - 2 }}
        />
      )}
      <span
        aria-hidden
        className="absolute top-0 rounded-sm bg-card/85 px-0.5 text-[10px] leading-[14px] whitespace-nowrap text-info"
        style={{ left: labelPx ?? Math.max(plotLeft, endPx - needed) }}
      >
        {label}
      </span>
    </div>
  );
}
