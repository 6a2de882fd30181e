'use client';

import { lagPartNames } from '@/lib/model/lag-part';
import { type LagParts } from '@/lib/timeline/lag-parts';
import { type ScaleMatch } from '@/lib/timeline/match';
import { printedLag } from '@/lib/timeline/printed-lag';
import { formatIncidentLength, formatLength } from '@/lib/words/format';
import { cn } from '@/app/_ui/cn';
import { type Words } from '@/lib/words/words';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { partLooks } from '@/app/_ui/incidents/part-looks';

interface Part {
  key: string;
  label: string;
  hint: string;
  ms: number | null;
  className: string;
}

/** Where a lag went, as words and as one bar: by the cluster's own word where it is known, else decide → act → start. */
export function LagSplit({ match, parts: known }: { match: ScaleMatch; parts: LagParts | null }) {
  const t = useWords();
  const locale = useLocale();
  const { parts, totalMs } = printed(known ? partsOf(known, match, t) : stepsOf(match, t), match);
  const sum = parts.reduce((total, { key, ms }) => total + (key === 'notice' ? 0 : Math.max(0, ms ?? 0)), 0);
  return (
    <div>
      {sum > 0 && (
        <div aria-hidden className="mb-2.5 flex h-2 gap-0.5 overflow-hidden rounded-full">
          {parts.map(({ key, ms, className }) =>
            key !== 'notice' && ms !== null && ms > 0 ? (
              <span key={key} className={className} style={{ flexGrow: ms, minWidth: 2 }} />
            ) : null,
          )}
        </div>
      )}
      <dl className="space-y-1">
        {parts.map(({ key, label, hint, ms, className }) => (
          <div
            key={key}
            className={cn('flex items-center gap-2', key === 'notice' && 'mb-1.5 border-b pb-1.5')}
          >
            <dt className="flex-1">
              <span aria-hidden className={`mr-2 inline-block size-2 rounded-full ${className}`} />
              {label} <span className="text-xs text-muted-foreground">{hint}</span>
            </dt>
            <dd className="tabular font-medium">
              {ms === null
                ? known
                  ? t('lag.notTold')
                  : '–'
                : ms < 0
                  ? t('events.ahead', { time: formatIncidentLength(-ms, locale) })
                  : formatIncidentLength(ms, locale)}
            </dd>
          </div>
        ))}
        <div className="flex items-center gap-2 border-t pt-1.5">
          <dt className="flex-1 pl-4 font-medium">{t('common.total')}</dt>
          <dd className="tabular font-semibold">
            {totalMs !== null && totalMs < 0
              ? t('events.early', { time: formatIncidentLength(-totalMs, locale) })
              : formatIncidentLength(totalMs, locale)}
          </dd>
        </div>
      </dl>
      {known?.earliest && known.earliest.afterMs >= 1000 && (
        <p className="mt-2 text-xs text-muted-foreground" data-earliest>
          {t('events.earliest', {
            by: known.earliest.by,
            after: formatLength(known.earliest.afterMs, t),
          })}
        </p>
      )}
    </div>
  );
}

/** The parts of the lag, and what came before the pods were due, as they are printed. */
function printed(
  parts: readonly Part[],
  { expected, lag }: ScaleMatch,
): { parts: Part[]; totalMs: number | null } {
  const own = parts.filter(({ key }) => key !== 'notice');
  const told = printedLag(expected.atMs, { totalMs: lag.totalMs, parts: own.map(({ ms }) => ms) });
  const printedMs = (part: Part): number | null => {
    if (own.includes(part)) return told.parts[own.indexOf(part)] ?? null;
    return part.ms === null
      ? null
      : printedLag(expected.atMs - part.ms, { totalMs: part.ms, parts: [] }).totalMs;
  };
  return { parts: parts.map((part) => ({ ...part, ms: printedMs(part) })), totalMs: told.totalMs };
}

/** The parts that the cluster tells, after what came before the pods were due. */
function partsOf({ parts }: LagParts, { lag }: ScaleMatch, t: Words): Part[] {
  return [
    {
      key: 'notice',
      label: t('lag.load'),
      hint: t('lag.loadHint'),
      ms: lag.decideMs,
      className: 'bg-border-strong',
    },
    ...lagPartNames.flatMap((part): Part[] => {
      const ms = parts[part];
      // Parts that did not occur are not named.
      if ((part === 'init' && ms === 0) || (part === 'unknown' && ms === null)) return [];
      const alone =
        part === 'act' && parts.decide === null
          ? 'act'
          : part === 'start' && parts.pull === null
            ? 'start'
            : null;
      return [
        {
          key: part,
          label: t(`lag.parts.${part}`),
          hint: alone ? t(`lag.hints.${alone}Alone`) : t(`lag.hints.${part}`),
          ms,
          className: partLooks[part],
        },
      ];
    }),
  ];
}

/** The steps that the pods alone show. */
function stepsOf({ expected, lag }: ScaleMatch, t: Words): Part[] {
  const down = expected.to < expected.from;
  return [
    {
      // Before the pods were due: no part of the lag.
      key: 'notice',
      label: t('events.decide'),
      hint: t('events.decideHint'),
      ms: lag.decideMs,
      className: 'bg-[var(--data-p50)]',
    },
    {
      key: 'act',
      label: t('events.act'),
      hint: t('events.actHint'),
      ms: lag.actMs,
      className: 'bg-[var(--data-waiting)]',
    },
    {
      key: 'start',
      label: t('events.start'),
      hint: down ? t('events.stopHint') : t('events.startHint'),
      ms: lag.startMs,
      className: 'bg-[var(--data-ready)]',
    },
  ];
}
