'use client';

import { FileCheck2, Info } from 'lucide-react';
import { type ReactNode } from 'react';
import { unitOf } from '@/lib/model/protocol';
import { failedShareOf } from '@/lib/model/run';
import { type ImportPreview } from '@/lib/importing/facts';
import { Time } from '@/app/_ui/time';
import { ThresholdOutcome } from '@/app/_ui/verdict/threshold-outcome';
import {
  formatBytes,
  formatLength,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';

/** What was recognised in a file, before it is kept. */
export function Preview({ preview }: { preview: ImportPreview }) {
  const t = useWords();
  const locale = useLocale();

  const unit = unitOf(preview.protocols);
  const whole = (value: number): string => formatNumber(value, locale);
  const facts: [string, ReactNode][] = [
    [t('exports.import.requests', { unit }), whole(preview.requests)],
    [
      t('exports.import.failures'),
      preview.failures === null
        ? t('exports.import.notInFile')
        : preview.failures > 0
          ? t('common.aside', {
              text: whole(preview.failures),
              aside: formatShare(failedShareOf(preview), locale),
            })
          : whole(0),
    ],
    [
      t('exports.import.rate', { unit }),
      preview.requestsPerSecond === null && preview.spanMs === null
        ? t('exports.import.notInFile')
        : formatRate(preview.requestsPerSecond, locale),
    ],
    [
      t('exports.import.span'),
      preview.spanMs === null ? t('exports.import.notInFile') : formatLength(preview.spanMs, t),
    ],
    [
      t('exports.import.started'),
      preview.startedAtMs === null ? (
        t('exports.import.notInFile')
      ) : (
        <Time key="t" unixMs={preview.startedAtMs} />
      ),
    ],
    [t('exports.import.seconds'), whole(preview.seconds)],
  ];
  const latencies: [string, number | null][] = [
    [t('exports.import.min'), preview.minMs],
    ['p50', preview.p50Ms],
    [t('exports.import.mean'), preview.meanMs],
    ['p90', preview.p90Ms],
    ['p95', preview.p95Ms],
    ['p99', preview.p99Ms],
    [t('exports.import.max'), preview.maxMs],
  ];
  return (
    <section aria-live="polite" data-import-preview={preview.format}>
      <div className="flex items-start gap-3">
        <FileCheck2 aria-hidden className="mt-0.5 size-5 shrink-0 text-success" />
        <div className="min-w-0">
          <h2 className="font-semibold">
            {t('exports.import.recognised', { format: t(`exports.import.formats.${preview.format}`) })}
            {preview.toolVersion && (
              <span className="font-normal text-muted-foreground"> {preview.toolVersion}</span>
            )}
          </h2>
          <p className="tabular text-sm text-muted-foreground">
            {t('exports.import.linesRead', {
              lines: whole(preview.lines),
              size: formatBytes(preview.bytes, locale),
            })}
          </p>
        </div>
      </div>
      <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3">
        {facts.map(([label, value]) => (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-muted-foreground">{label}</dt>
            <dd className="tabular font-semibold break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <dl className="mt-4 grid grid-cols-4 overflow-hidden rounded-lg border sm:grid-cols-7">
        {latencies.map(([label, ms]) => (
          <div key={label} className="-mb-px -ml-px min-w-0 border-b border-l px-2.5 py-2">
            <dt className="text-xs text-muted-foreground">{label}</dt>
            <dd className="tabular text-sm font-medium">{formatMs(ms, locale)}</dd>
          </div>
        ))}
      </dl>
      <dl className="mt-4 space-y-1.5 text-sm">
        {preview.target && (
          <Row label={t('exports.import.target')}>
            <span className="font-mono text-xs break-all">{preview.target}</span>
          </Row>
        )}
        {preview.statuses.length > 0 && (
          <Row label={t('exports.import.statuses')}>
            <span className="tabular">
              {preview.statuses.map(({ status, count }) => `${status}: ${whole(count)}`).join(' · ')}
            </span>
          </Row>
        )}
        {preview.thresholds.length > 0 && (
          <Row label={t('exports.import.thresholds')}>
            <ul>
              {preview.thresholds.map(({ metric, source, ok }) => (
                <li key={metric + source} className="flex items-center gap-1.5">
                  <ThresholdOutcome ok={ok} className="text-xs" />
                  <code className="font-mono text-xs break-all">
                    {metric} {source}
                  </code>
                </li>
              ))}
            </ul>
          </Row>
        )}
      </dl>
      <div className="mt-4 rounded-lg border bg-muted/50 px-3.5 py-2.5">
        <h3 className="flex items-center gap-1.5 text-xs font-medium text-muted-foreground">
          <Info aria-hidden className="size-3.5" />
          {t('exports.import.missing')}
        </h3>
        <ul className="mt-1 list-disc space-y-0.5 pl-5 text-sm">
          {preview.notes.map((note) => (
            <li key={note}>{t(`exports.import.notes.${note}`)}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-3">
      <dt className="w-24 shrink-0 text-muted-foreground">{label}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  );
}
