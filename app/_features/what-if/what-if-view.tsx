'use client';

import { useEffect, useMemo, useState } from 'react';
import { fieldOfProblem, probeSettingsOf, settingsOf, type WhatIfField, whatIfFields } from '@/lib/whatif';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { AskedProblem } from '@/app/_ui/asked-problem';
import { Button } from '@/app/_ui/primitives/button';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { type ApiProblem } from '@/lib/api/api-problem';
import { useAsked } from '@/app/_ui/data/use-asked';
import { askWhatIf, type WhatIfSource } from '@/app/_ui/data/what-if';
import { useWords } from '@/app/_ui/words/provider';
import { type Message, sentMessage } from '@/lib/model/message';
import { assumptionsOf } from '@/lib/model/run';
import { useSay } from '@/app/_ui/words/use-say';
import { addressOf, draftOf, readDraft, type WhatIfDraft } from './draft';
import { FidelityNote } from './fidelity-note';
import { FiguresTable } from './figures-table';
import { ReplayCharts } from './replay-charts';
import { SettingsForm } from './settings-form';
import { SweepPanel } from './sweep-panel';
import { RevisionChoice } from './revision-choice';
import { WaitingView } from './waiting-view';
import { YamlPanel } from './yaml-panel';

const settleMs = 200;

/** A what-if over one demand: settings, how far to trust the replay, charts, figures, annotations and a sweep. */
export function WhatIfView({
  source,
  initial,
  onRevision,
}: {
  source: WhatIfSource;
  initial: WhatIfDraft;
  /** Asks for another revision's demand; null: for all of them together. */
  onRevision?: (revision: string | null) => void;
}) {
  const say = useSay();
  const t = useWords();
  const [draft, setDraft] = useState(initial);
  const revision = source.kind === 'run' ? source.revision : null;
  const { settings, errors } = useMemo(() => readDraft(draft), [draft]);
  const {
    data: result,
    problem,
    loading: busy,
    retry,
  } = useAsked((signal) => askWhatIf(source, settings, signal), JSON.stringify([settings, revision]), {
    waitMs: settleMs,
  });

  useEffect(() => {
    window.history.replaceState(null, '', `${window.location.pathname}${addressOf(draft, revision)}`);
  }, [draft, revision]);

  if (!result)
    return problem ? (
      <AskedProblem problem={problem} retry={retry}>
        {revision !== null && <Button onClick={() => onRevision?.(null)}>{t('whatif.allRevisions')}</Button>}
      </AskedProblem>
    ) : (
      <WaitingView />
    );
  const changed = Object.keys(settings).length > 0;
  const refused = fieldErrors(result, problem, errors, say);
  const unplaced = result.problems.filter((one) => fieldOfProblem(one) === null);
  const { replay, own } = result;
  const probe = probeSettingsOf(result.demand.probes);
  const shownAssumptions = assumptionsOf(replay ?? own);
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-[300px_minmax(0,1fr)]" aria-busy={busy}>
      {/* On a phone the result comes before what could be changed. */}
      <div className="min-w-0 max-lg:order-last lg:sticky lg:top-18 lg:max-h-[calc(100vh-5.5rem)] lg:self-start lg:overflow-y-auto lg:rounded-xl">
        <SettingsForm
          own={{ ...settingsOf(own.config), ...probe }}
          effective={{ ...settingsOf((replay ?? own).config), ...probe }}
          draft={draft}
          errors={refused}
          onChange={setDraft}
        />
      </div>
      <div className={`min-w-0 space-y-4 transition-opacity ${busy ? 'opacity-70' : ''}`}>
        {result.revisions.length > 0 && (
          <RevisionChoice revisions={result.revisions} chosen={revision} onChoose={onRevision} />
        )}
        <FidelityNote result={result} />
        {result.problems.length > 0 && (
          <div
            role="alert"
            data-refused
            className="rounded-lg border border-danger/30 bg-danger-soft px-3.5 py-2.5 text-sm"
          >
            <p className="font-medium text-danger">{t('whatif.refusedTitle')}</p>
            <ul className="mt-1 space-y-0.5">
              {result.problems.map(({ annotation, message, code, data }) => (
                <li key={annotation + message} className="break-words">
                  <code className="font-mono text-xs">{annotation}</code>:{' '}
                  {say(sentMessage(code, data, message))}
                </li>
              ))}
            </ul>
            <p className="mt-1 text-xs text-muted-foreground">{t('whatif.refusedText')}</p>
          </div>
        )}
        {problem && problem.errors.every(({ path }) => !path.startsWith('settings.')) && (
          <ProblemNotice problem={problem} />
        )}
        {unplaced.length === 0 && shownAssumptions.length > 0 && (
          <details className="rounded-lg border bg-muted/50 px-3.5 py-2 text-[13px]">
            <summary className="font-medium">{t('whatif.assumptions')}</summary>
            <Assumptions assumptions={shownAssumptions} />
          </details>
        )}
        <ReplayCharts result={result} changed={changed} />
        <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <FiguresTable result={result} changed={changed} priced={settings.pricePerPodHour !== undefined} />
          <YamlPanel yaml={(replay ?? own).yaml} />
        </div>
        <SweepPanel
          key={revision}
          source={source}
          settings={settings}
          own={own}
          probes={result.demand.probes}
          typed={changed ? replay : null}
          onOpen={(point) => setDraft(draftOf(point))}
        />
      </div>
    </div>
  );
}

function Assumptions({ assumptions }: { assumptions: ReturnType<typeof assumptionsOf> }) {
  const say = useSay();
  return (
    <ul className="mt-1 list-disc space-y-1 pl-4">
      {assumptions.map((one) => (
        <li key={one.known}>{say(one)}</li>
      ))}
    </ul>
  );
}

/** Why each setting cannot be: what was typed is none, the server refused it, or Knative would. */
function fieldErrors(
  result: WhatIfResult,
  problem: ApiProblem | null,
  typed: Partial<Record<WhatIfField, Message>>,
  say: ReturnType<typeof useSay>,
): Partial<Record<WhatIfField, string>> {
  const found: Partial<Record<WhatIfField, string>> = {};
  for (const one of result.problems) {
    const field = fieldOfProblem(one);
    if (field) found[field] = say(sentMessage(one.code, one.data, one.message));
  }
  for (const { path, message } of problem?.errors ?? []) {
    const field = whatIfFields.find((name) => path === `settings.${name}`);
    if (field) found[field] = message;
  }
  for (const field of whatIfFields) if (typed[field]) found[field] = say(typed[field]);
  return found;
}
