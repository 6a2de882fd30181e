'use client';

import { useState } from 'react';
import { type PodWait } from '@/lib/timeline/pod-waits';
import { Button } from '@/app/_ui/primitives/button';
import { cn } from '@/app/_ui/cn';
import { formatMs, formatNumber } from '@/lib/words/format';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { lagPartNames } from '@/lib/model/lag-part';
import { partLooks } from '@/app/_ui/incidents/part-looks';

const mostRows = 10;
/** About so many marks of the axis. */
const marks = 5;

/**
 * The pods of a scale event on one axis of seconds since it was due: what each waited for, from when the cluster decided to
 * when it was ready.
 */
export function PodGantt({
  waits,
  dueMs,
  decidedMs,
  endMs,
}: {
  waits: readonly PodWait[];
  dueMs: number;
  /** Null: not known. */
  decidedMs: number | null;
  /** The end of what was recorded, where pods that are not ready go on. */
  endMs: number;
}) {
  const t = useWords();
  const locale = useLocale();
  const [all, setAll] = useState(false);
  // The slowest first: that is the one to look at.
  const rows = [...waits].sort((a, b) => (b.readyMs ?? Infinity) - (a.readyMs ?? Infinity));
  const shown = all ? rows : rows.slice(0, mostRows);
  const fromMs = Math.min(dueMs, decidedMs ?? dueMs, ...waits.map(({ createdMs }) => createdMs));
  const toMs = Math.max(
    fromMs + 100,
    ...waits.map(({ readyMs, spans }) => readyMs ?? spans.at(-1)?.toMs ?? endMs),
  );
  const at = (ms: number): string =>
    `${(Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs))) * 100).toFixed(3)}%`;
  const stepMs = niceStep((toMs - fromMs) / marks);
  const firstMark = Math.ceil((fromMs - dueMs) / stepMs);
  const axis = Array.from({ length: marks * 2 }, (_, i) => (firstMark + i) * stepMs).filter(
    (sinceMs) => dueMs + sinceMs <= toMs - (toMs - fromMs) * 0.03,
  );
  const secondsOf = (ms: number): string => formatNumber(ms / 1000, locale, stepMs < 1000 ? 1 : 0);
  const nameOf = (part: PodWait['spans'][number]['part']): string => t(`lag.parts.${part}`);
  return (
    <div data-gantt className="text-xs">
      <div className="relative ml-[84px] h-4 text-[10px] text-muted-foreground tabular" aria-hidden>
        {axis.map((sinceMs) => (
          <span
            key={sinceMs}
            className="absolute -translate-x-1/2 whitespace-nowrap"
            style={{ left: at(dueMs + sinceMs) }}
          >
            {secondsOf(sinceMs)} s
          </span>
        ))}
      </div>
      <div className="relative">
        <div aria-hidden className="pointer-events-none absolute inset-y-0 right-0 left-[84px]">
          {axis.map((sinceMs) => (
            <span
              key={sinceMs}
              className="absolute inset-y-0 w-px bg-border"
              style={{ left: at(dueMs + sinceMs) }}
            />
          ))}
          <span
            className="absolute inset-y-0 w-0 border-l border-dashed border-data-expected"
            style={{ left: at(dueMs) }}
          />
          {decidedMs !== null && (
            <span
              className="absolute inset-y-0 w-0 border-l border-data-decided"
              style={{ left: at(decidedMs) }}
            />
          )}
        </div>
        <ol className="relative">
          {shown.map((wait) => (
            <li
              key={wait.uid}
              data-gantt-pod={wait.name}
              className="flex h-[22px] items-center"
              aria-label={t('lag.pod', {
                name: wait.name,
                parts: wait.spans
                  .map(
                    ({ part, fromMs: begin, toMs: end }) =>
                      `${nameOf(part)} ${formatMs(end - begin, locale)}`,
                  )
                  .join(t('common.listSeparator')),
              })}
            >
              <span
                className="w-[84px] shrink-0 truncate pr-2 font-mono text-[11px]"
                title={wait.node === null ? wait.name : t('lag.onNode', { name: wait.name, node: wait.node })}
              >
                …{wait.name.slice(-7)}
                {wait.isNewNode && <span className="text-warning">+</span>}
              </span>
              <span className="relative h-3 flex-1">
                {wait.spans.map(({ part, fromMs: begin, toMs: end }) => (
                  <span
                    key={`${part} ${begin}`}
                    title={`${nameOf(part)}: ${formatMs(end - begin, locale)}`}
                    className={cn(
                      'absolute inset-y-0 min-w-px first:rounded-l last:rounded-r',
                      partLooks[part],
                    )}
                    style={{ left: at(begin), width: `calc(${at(end)} - ${at(begin)})` }}
                  />
                ))}
              </span>
            </li>
          ))}
        </ol>
      </div>
      {rows.length > mostRows && (
        <Button
          size="sm"
          variant="ghost"
          className="mt-1 -ml-2"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? t('lag.fewerPods') : t('lag.allPods', { n: rows.length })}
        </Button>
      )}
      <Legend waits={rows} decided={decidedMs !== null} />
      <Troubles waits={rows} />
    </div>
  );
}

function Legend({ waits, decided }: { waits: readonly PodWait[]; decided: boolean }) {
  const t = useWords();
  const used = [...new Set(waits.flatMap(({ spans }) => spans.map(({ part }) => part)))];
  return (
    <p className="mt-2 flex flex-wrap gap-x-3 gap-y-1 text-[11px] text-muted-foreground">
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="h-3 w-0 border-l border-dashed border-data-expected" />
        {t('lag.due')}
      </span>
      {decided && (
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="h-3 w-0 border-l border-data-decided" />
          {t('lag.decided')}
        </span>
      )}
      {waits.some(({ isNewNode }) => isNewNode) && (
        <span className="flex items-center gap-1">
          <span aria-hidden className="font-mono text-warning">
            +
          </span>
          {t('lag.new')}
        </span>
      )}
      {lagPartNames
        .filter((part) => used.some((one) => one === part))
        .map((part) => (
          <span key={part} className="flex items-center gap-1.5">
            <span aria-hidden className={cn('size-2.5 rounded-sm', partLooks[part])} />
            {t(`lag.parts.${part}`)}
          </span>
        ))}
    </p>
  );
}

/** What went wrong on the pods' ways, in Kubernetes' own words. */
function Troubles({ waits }: { waits: readonly PodWait[] }) {
  const t = useWords();
  const words = new Map<string, number>();
  const note = (word: string): void => void words.set(word, (words.get(word) ?? 0) + 1);
  for (const { status, failures } of waits) {
    if (status !== null) note(status);
    for (const { container, reason, exitCode } of failures)
      note(t('lag.failure', { container, reason, code: exitCode }));
  }
  if (words.size === 0) return null;
  return (
    <ul data-gantt-troubles className="mt-2 space-y-0.5">
      {[...words].map(([word, pods]) => (
        <li key={word} className="text-danger">
          {t('lag.trouble', { word, pods })}
        </li>
      ))}
    </ul>
  );
}

/** A round step of at least so many ms: 1, 2 or 5 of a power of ten. */
function niceStep(leastMs: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, leastMs)));
  return (([1, 2, 5] as const).find((factor) => factor * power >= leastMs) ?? 10) * power;
}
