'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { hasNoTimes } from '@/lib/model/import-facts';
import { type Distribution } from '@/lib/timeline/distribution';
import { heyText } from '@/lib/timeline/hey-text';
import { unitOfMetric } from '@/lib/timeline/protocols';
import { type ChartModel } from '@/app/_ui/charts/model';
import { type Store } from '@/app/_ui/charts/store';
import { Button } from '@/app/_ui/primitives/button';
import { Select } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';
import { type Part } from './distribution-panel';

/** The distribution as hey would have printed it, to be copied. */
export function HeyView({
  data,
  parts,
  store,
}: {
  data: Distribution;
  parts: readonly Part[];
  store: Store<ChartModel>;
}) {
  const t = useWords();

  const [chosen, setChosen] = useState('');
  const [copied, setCopied] = useState<'yes' | 'failed' | null>(null);
  const isTimed = !hasNoTimes(store.get().run.options);
  const part = parts.length > 1 ? parts.find(({ name }) => name === chosen) : undefined;
  const text = textOf(data, store.get(), part);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      setCopied('failed');
    }
  };
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        {parts.length > 1 && (
          <label className="flex items-center gap-2 text-xs text-muted-foreground">
            {t('review.distribution.part')}
            <span className="w-56">
              <Select
                value={part ? chosen : ''}
                onChange={(event) => setChosen(event.target.value)}
                className="h-7 text-xs"
              >
                <option value="">{t('review.distribution.all', { unit: unitOfMetric(data.metric) })}</option>
                {parts.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            </span>
          </label>
        )}
        <Button size="sm" onClick={() => void copy()}>
          {copied === 'yes' ? <Check /> : <Copy />}
          {copied === 'yes' ? t('review.distribution.copied') : t('review.distribution.copy')}
        </Button>
        <span role="status" className="text-xs text-muted-foreground">
          {copied === 'failed' ? t('review.distribution.copyFailed') : ''}
        </span>
      </div>
      <pre
        tabIndex={0}
        aria-label={t('review.distribution.forms.text')}
        data-hey
        className="overflow-x-auto rounded-lg border bg-muted/40 p-4 font-mono text-xs leading-relaxed [tab-size:8]"
      >
        {text}
      </pre>
      <p className="mt-2 text-xs text-muted-foreground">
        {isTimed ? t('review.distribution.exact') : t('review.distribution.buckets')}
      </p>
    </div>
  );
}

function textOf(data: Distribution, { run, endMs }: ChartModel, part: Part | undefined): string {
  const fromMs = Math.max(data.fromMs, run.loadStartMs ?? 0);
  const toMs = Math.min(data.toMs, run.loadEndMs ?? endMs);
  // The whole run's ends are known exactly, by k6's summary.
  const isTimed = !hasNoTimes(run.options);
  const whole =
    part === undefined && (!isTimed || (data.fromMs === 0 && data.toMs >= (run.loadEndMs ?? Infinity)));
  const exact = whole ? run.summary?.metrics.find(({ metric }) => metric === data.metric)?.values : undefined;
  return heyText({
    histogram: part?.histogram ?? data.total,
    seconds: isTimed ? Math.max(0, toMs - fromMs) / 1000 : null,
    statuses: part ? [] : data.statuses,
    errors: part ? [] : data.errors,
    bytes: part ? 0 : data.bytesReceived,
    phases: part ? [] : data.phases,
    fastest: exact?.min === undefined ? undefined : exact.min / 1000,
    slowest: exact?.max === undefined ? undefined : exact.max / 1000,
  });
}
