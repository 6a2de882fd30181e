'use client';

import { nameIn } from '@/lib/words/words';
import { ChevronRight, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Badge } from '@/app/_ui/primitives/badge';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { useAsked } from '@/app/_ui/data/use-asked';
import { api } from '@/app/_ui/data/api';
import { type ApiAnswer } from '@/lib/api/client';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { sentMessage } from '@/lib/model/message';
import { assumptionsOf } from '@/lib/model/run';
import { useSay } from '@/app/_ui/words/use-say';
import { Cell, Table } from '@/app/_ui/table';
import { configValueText } from '@/app/_ui/config-value';
import { ProbesTable } from './probes-table';

type EffectiveAutoscaling = ApiAnswer<'GET /api/services/{id}/autoscaling'>;

/** Fields that say nothing to a reader of the page, or that another line says already. */
const unsaid = new Set(['hpa', 'reachable']);

/** The service's autoscaling in force, and where each value comes from; asked for when it is opened. */
export function AutoscalingDetails({ serviceId }: { serviceId: string }) {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  const { data: answer, problem } = useAsked(
    (signal) => api('GET /api/services/{id}/autoscaling', { params: { id: serviceId }, signal }),
    serviceId,
    { wanted: isOpen },
  );
  return (
    <details className="group border-t" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex list-none items-center gap-1.5 rounded-b-xl px-4 py-3 text-sm font-medium select-none hover:bg-muted/50 sm:px-5">
        <ChevronRight
          aria-hidden
          className="size-4 text-muted-foreground transition-transform group-open:rotate-90"
        />
        {t('services.autoscaling')}
      </summary>
      <div className="space-y-4 px-4 pb-5 sm:px-5">
        {problem && <ProblemNotice problem={problem} />}
        {!answer && !problem && <Skeleton className="h-40 w-full" />}
        {answer && <Details answer={answer} />}
      </div>
    </details>
  );
}

function Details({ answer }: { answer: EffectiveAutoscaling }) {
  const { config, problems, sources, assumptions } = answer;
  const say = useSay();
  const t = useWords();
  const locale = useLocale();
  return (
    <>
      {problems.length > 0 && (
        <div
          role="alert"
          className="rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-2.5 text-sm"
        >
          <p className="flex items-center gap-2 font-medium text-warning">
            <TriangleAlert aria-hidden className="size-4" />
            {t('services.problems')}
          </p>
          <ul className="mt-1.5 space-y-1">
            {problems.map((one) => (
              <li key={`${one.annotation}${one.message}`} className="break-words">
                <code className="font-mono text-xs">
                  {one.annotation}: {one.value}
                </code>{' '}
                {say(sentMessage(one.code, one.data, one.message))}
              </li>
            ))}
          </ul>
          <p className="mt-1.5 text-xs text-muted-foreground">{t('services.problemsHint')}</p>
        </div>
      )}
      {assumptions.length > 0 && (
        <div className="rounded-lg border bg-muted/50 px-3.5 py-2.5 text-sm">
          <p className="font-medium">{t('services.assumptions')}</p>
          <ul className="mt-1 list-disc space-y-1 pl-4 text-[13px]">
            {assumptionsOf(answer).map((assumption) => (
              <li key={assumption.known}>{say(assumption)}</li>
            ))}
          </ul>
        </div>
      )}
      <Table
        label={t('services.autoscaling')}
        head={[t('services.setting'), { label: t('common.value'), numeric: true }, t('services.from')]}
      >
        {Object.entries(config)
          .filter(([field]) => !unsaid.has(field) && !(field === 'concurrencyFrom' && config.class === 'hpa'))
          .map(([field, value]) => {
            const source = sources[field];
            return (
              <tr key={field}>
                <Cell heads title={field}>
                  {nameIn(t, 'services.configFields', field)}
                </Cell>
                <Cell numeric className="font-medium">
                  {configValueText(field, value, locale, t)}
                </Cell>
                <Cell>
                  {source && (
                    <span className="flex items-center gap-2">
                      <Badge
                        tone={
                          source.kind === 'annotation'
                            ? 'info'
                            : source.kind === 'default'
                              ? 'neutral'
                              : 'violet'
                        }
                      >
                        {t(`services.sources.${source.kind}`)}
                      </Badge>
                      {source.key && (
                        <code className="font-mono text-xs text-muted-foreground">{source.key}</code>
                      )}
                    </span>
                  )}
                </Cell>
              </tr>
            );
          })}
      </Table>
      <ProbesTable probes={answer.probes} />
    </>
  );
}
