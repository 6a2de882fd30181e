'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from '@/app/_ui/charts/store';
import { cn } from '@/app/_ui/cn';
import { Input } from '@/app/_ui/primitives/field';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { formatNumber } from '@/lib/words/format';
import { useRunClock } from '@/app/_ui/charts/clock';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { filterLog, logLevels, severityOf, type LogFilter } from './log-filter';
import { type RunFeed } from './run-feed';

const mostShown = 2000;

/** k6's own log, live, by level and text; follows its end unless switched off. */
export function LogTab({ feed }: { feed: RunFeed }) {
  const t = useWords();
  const clock = useRunClock();
  const locale = useLocale();
  const lines = useStore(feed.log);
  const [follow, setFollow] = useState(true);
  const [filter, setFilter] = useState<LogFilter>({ level: 'all', text: '' });
  const box = useRef<HTMLDivElement>(null);
  const found = useMemo(() => filterLog(lines, filter), [lines, filter]);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [found, follow]);
  if (lines.length === 0) return <p className="text-muted-foreground">{t('log.empty')}</p>;

  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-muted-foreground">
        <Input
          type="search"
          aria-label={t('review.log.search')}
          placeholder={t('review.log.search')}
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
          className="h-8 w-full text-sm sm:w-64"
        />
        <Segmented
          label={t('review.log.level')}
          value={filter.level}
          onChange={(level) => setFilter({ ...filter, level })}
          options={logLevels.map((value) => ({ value, label: t(`review.log.levels.${value}`) }))}
        />
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={follow}
            onChange={(event) => setFollow(event.target.checked)}
            className="size-4 accent-primary"
          />
          {t('log.follow')}
        </label>
        <span className="tabular ml-auto text-xs" role="status">
          {t('review.log.shown', {
            n: formatNumber(Math.min(found.length, mostShown), locale),
            total: formatNumber(lines.length, locale),
          })}
        </span>
      </div>
      {found.length === 0 ? (
        <p className="text-muted-foreground">{t('review.log.noneFound')}</p>
      ) : (
        <div
          ref={box}
          role="log"
          aria-label={t('log.title')}
          tabIndex={0}
          className="max-h-[32rem] overflow-auto rounded-lg border bg-muted/40 p-3 font-mono text-xs leading-relaxed"
        >
          {found.slice(-mostShown).map((line) => (
            <div key={line.id} data-level={severityOf(line.level)} className="flex gap-3">
              <span className="tabular shrink-0 text-muted-foreground">{clock.tell(line.atMs, true)}</span>
              <span
                className={cn(
                  'w-12 shrink-0',
                  severityOf(line.level) === 'error'
                    ? 'text-danger'
                    : severityOf(line.level) === 'warning'
                      ? 'text-warning'
                      : 'text-muted-foreground',
                )}
              >
                {line.level}
              </span>
              <span className="break-all whitespace-pre-wrap">
                <Marked text={line.text} mark={filter.text} />
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/** The text with what was searched for marked. */
function Marked({ text, mark }: { text: string; mark: string }) {
  const at = mark === '' ? -1 : text.toLowerCase().indexOf(mark.toLowerCase());
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="rounded-sm bg-warning-soft text-foreground">{text.slice(at, at + mark.length)}</mark>
      {text.slice(at + mark.length)}
    </>
  );
}
