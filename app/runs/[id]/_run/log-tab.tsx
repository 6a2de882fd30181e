'use client';

import { useEffect, useRef, useState } from 'react';
import { useStore } from '../../../_charts/store';
import { cn } from '../../../_components/cn';
import { formatClock } from '../../../_i18n/format';
import { useDictionary } from '../../../_i18n/provider';
import { type RunFeed } from './run-feed';

const mostShown = 2000;

/** k6's own log, live; follows its end unless switched off. */
export function LogTab({ feed }: { feed: RunFeed }) {
  const t = useDictionary();
  const lines = useStore(feed.log);
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, follow]);
  if (lines.length === 0) return <p className="text-muted-foreground">{t.log.empty}</p>;
  return (
    <div>
      <label className="mb-3 flex items-center gap-2 text-sm text-muted-foreground">
        <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} className="size-4 accent-primary" />
        {t.log.follow}
      </label>
      <div ref={box} role="log" aria-label={t.log.title} tabIndex={0} className="max-h-[32rem] overflow-auto rounded-lg border bg-muted/40 p-3 font-mono text-xs leading-relaxed">
        {lines.slice(-mostShown).map((line) => (
          <div key={line.id} className="flex gap-3">
            <span className="tabular shrink-0 text-muted-foreground">{formatClock(line.atMs, true)}</span>
            <span className={cn('w-10 shrink-0', /^err|fatal|panic/.test(line.level) ? 'text-danger' : /^warn/.test(line.level) ? 'text-warning' : 'text-muted-foreground')}>{line.level}</span>
            <span className="break-all whitespace-pre-wrap">{line.text}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
