'use client';

import { type ReactNode } from 'react';
import { isWatched } from '@/lib/model/run';
import { type ChartModel } from '@/app/_ui/charts/model';
import { type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { useWords } from '@/app/_ui/words/provider';
import { EventsTab } from './events-tab';
import { K6Tab } from './k6-tab';
import { type RunFeed } from './run-feed';

/** What paper shows in place of the tabs: one below the other. */
export function PrintSections({
  feed,
  model,
  view,
}: {
  feed: RunFeed;
  model: Store<ChartModel>;
  view: ChartView;
}) {
  const t = useWords();
  const { run } = model.get();
  return (
    <div data-print-sections className="mt-6 space-y-6">
      <Section title={t('tabs.events')}>
        <EventsTab model={model} view={view} whole />
      </Section>
      {!isWatched(run) && (
        <Section title={t('tabs.k6')}>
          <K6Tab feed={feed} model={model} view={view} />
        </Section>
      )}
      {run.scriptText !== '' && (
        <Section title={`${t('script.text')} · ${run.scriptName}`}>
          <pre className="font-mono text-[9px] leading-snug break-words whitespace-pre-wrap">
            {run.scriptText}
          </pre>
        </Section>
      )}
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}
