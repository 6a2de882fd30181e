'use client';

import { type ReactNode } from 'react';
import { type RequestUnit } from '@/lib/model/protocol';
import { type K6Requests } from '@/lib/timeline/k6-requests';
import { type ChartView } from '@/app/_ui/charts/view';
import { formatMs, formatNumber } from '@/lib/words/format';
import { type Words } from '@/lib/words/words';
import { useRunClock } from '@/app/_ui/charts/clock';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Cell, Table } from '@/app/_ui/table';

/** Which requests failed, how and when first; and which were the slowest. */
export function RequestKinds({
  requests,
  unit,
  view,
  part: Part,
}: {
  requests: K6Requests;
  /** What they are. */
  unit: RequestUnit;
  view: ChartView;
  part: (props: { title: string; children: ReactNode }) => ReactNode;
}) {
  const t = useWords();
  return (
    <>
      <Part title={t('k6.failures', { unit })}>
        <Failures requests={requests} unit={unit} view={view} />
      </Part>
      <Part title={t('k6.slowest', { unit })}>
        <Slowest requests={requests} unit={unit} />
      </Part>
    </>
  );
}

function Failures({
  requests: { failures, moreFailures },
  unit,
  view,
}: {
  requests: K6Requests;
  unit: RequestUnit;
  view: ChartView;
}) {
  const t = useWords();
  const clock = useRunClock();
  const locale = useLocale();
  if (failures.length === 0) return <p className="text-muted-foreground">{t('k6.noFailures', { unit })}</p>;
  return (
    <>
      <Table
        label={t('k6.failures', { unit })}
        head={[
          { label: t('k6.failure') },
          { label: t('k6.request', { unit }) },
          { label: t('k6.requestCount', { unit }), numeric: true },
          { label: t('k6.firstAt'), numeric: true },
        ]}
      >
        {failures.map(({ status, errorCode, name, method, count, firstMs }) => (
          <tr key={`${status} ${errorCode} ${method} ${name}`} data-failure={status ?? ''}>
            <Cell>{failureWord(status, errorCode, t)}</Cell>
            <Cell className="max-w-md truncate font-mono text-xs" title={name ?? undefined}>
              {kindWord(method, name)}
            </Cell>
            <Cell numeric className="font-medium text-danger">
              {formatNumber(count, locale)}
            </Cell>
            <Cell numeric>
              <button
                type="button"
                className="underline decoration-border-strong underline-offset-4"
                onClick={() => view.reading.set(firstMs)}
              >
                {clock.tell(firstMs, true)}
              </button>
            </Cell>
          </tr>
        ))}
      </Table>
      <More n={moreFailures} />
    </>
  );
}

function Slowest({ requests: { slowest, moreNames }, unit }: { requests: K6Requests; unit: RequestUnit }) {
  const t = useWords();
  const locale = useLocale();
  if (slowest.length === 0) return <p className="text-muted-foreground">{t('k6.noRequests', { unit })}</p>;
  return (
    <>
      <Table
        label={t('k6.slowest', { unit })}
        head={[
          { label: t('k6.request', { unit }) },
          { label: t('k6.requestCount', { unit }), numeric: true },
          { label: 'p50', numeric: true },
          { label: 'p95', numeric: true },
        ]}
      >
        {slowest.map(({ name, method, count, p50, p95 }) => (
          <tr key={`${method} ${name}`} data-name={name ?? ''}>
            <Cell className="max-w-md truncate font-mono text-xs" title={name ?? undefined}>
              {kindWord(method, name)}
            </Cell>
            <Cell numeric>{formatNumber(count, locale)}</Cell>
            <Cell numeric>{formatMs(p50 * 1000, locale)}</Cell>
            <Cell numeric>{formatMs(p95 * 1000, locale)}</Cell>
          </tr>
        ))}
      </Table>
      <More n={moreNames} />
    </>
  );
}

function More({ n }: { n: number }) {
  const t = useWords();
  return n > 0 ? (
    <p className="mt-1 text-xs text-muted-foreground">{t('review.metrics.moreValues', { n })}</p>
  ) : null;
}

const kindWord = (method: string | null, name: string | null): string =>
  [method, name].filter((part) => part !== null).join(' ') || '–';

/** Codes of k6 for requests without an answer, that occur in load tests. */
const knownErrors = ['1010', '1050', '1101', '1110', '1201', '1210', '1211', '1212', '1220', '1310'] as const;

/** What was answered: a status, or why there was no answer. */
function failureWord(status: string | null, errorCode: string | null, t: Words): string {
  if (status !== null && status !== '0') return t('k6.answered', { status });
  const known = knownErrors.find((code) => code === errorCode);
  if (known) return t(`k6.errors.${known}`);
  return errorCode === null ? t('k6.noAnswer') : t('k6.errorCode', { code: errorCode });
}
