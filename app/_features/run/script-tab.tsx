'use client';

import { Download } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { api } from '@/app/_ui/data/api';
import { masked } from '@/lib/masking/masked';
import { isSecretName } from '@/lib/masking/secret-names';
import { useAccess } from '@/app/_ui/access/provider';
import { useStore } from '@/app/_ui/charts/store';
import { CodeEditor } from '@/app/_ui/code-editor';
import { ScriptFileList } from '@/app/_ui/script-file-list';
import { Button } from '@/app/_ui/primitives/button';
import { useWords } from '@/app/_ui/words/provider';
import { shownOptions } from '@/lib/model/import-facts';
import { type RunFeed } from './run-feed';

/** The script, options and settings exactly as the run had them. */
export function ScriptTab({ feed }: { feed: RunFeed }) {
  const t = useWords();
  const run = useStore(feed.run);
  const options = Object.fromEntries(
    Object.entries(shownOptions(run.options)).filter(([, value]) => value !== null),
  );
  return (
    <div className="grid grid-cols-1 gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="min-w-0 space-y-6">
        <Part title={`${t('script.text')} · ${run.entry ?? run.scriptName}`}>
          <CodeEditor label={t('script.text')} value={run.scriptText} readOnly />
        </Part>
        {run.entry !== null && (
          <Part title={`${t('script.files')} · ${run.scriptName}`}>
            <ScriptFileList files={run.files} />
            {!feed.source.readOnly && <DownloadFiles runId={run.id} />}
          </Part>
        )}
      </div>
      <div className="space-y-6">
        <Part title={t('script.environment')}>
          {Object.keys(run.env).length > 0 ? (
            <Environment env={run.env} readOnly={feed.source.readOnly} />
          ) : (
            <p className="text-sm text-muted-foreground">{t('script.noEnv')}</p>
          )}
        </Part>
        <Part title={t('script.annotations')}>
          <Pairs
            pairs={[
              ...Object.entries(run.service.annotations),
              ['containerConcurrency', String(run.service.containerConcurrency)],
            ]}
          />
        </Part>
        <Part title={t('script.versions')}>
          <Pairs
            pairs={[
              [t('script.k6Version'), run.k6Version ?? '–'],
              [t('settings.cluster'), run.clusterVersion ?? '–'],
              [t('settings.version'), run.scaletraceVersion ?? '–'],
            ]}
          />
        </Part>
        <Part title={t('script.options')}>
          <pre
            tabIndex={0}
            className="max-h-96 overflow-auto rounded-lg border bg-muted/40 p-3 font-mono text-xs"
          >
            {JSON.stringify(options, null, 2)}
          </pre>
        </Part>
      </div>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-2 truncate text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

/** All files of the script as they were run; a runner's, since nothing in them is masked. */
function DownloadFiles({ runId }: { runId: string }) {
  const t = useWords();
  const { mayRun } = useAccess();
  if (!mayRun) return <p className="mt-2 text-xs text-muted-foreground">{t('artefacts.runnersOnly')}</p>;
  return (
    <a
      className="mt-2 inline-flex items-center gap-1.5 text-xs underline underline-offset-2"
      href={api.address('GET /api/runs/{id}/files', { params: { id: runId } })}
      download
    >
      <Download aria-hidden className="size-4" />
      {t('script.downloadFiles')}
    </a>
  );
}

/** The run's variables; values named like secrets stand masked until who may run asks for them. */
function Environment({ env, readOnly }: { env: Record<string, string>; readOnly: boolean }) {
  const t = useWords();
  const { mayRun } = useAccess();
  const [revealed, setRevealed] = useState(false);
  const isHidden = ([name, value]: [string, string]): boolean =>
    isSecretName(name) && value !== '' && value !== masked;
  const pairs = Object.entries(env);
  return (
    <>
      <Pairs
        pairs={pairs.map(([name, value]) => [name, !revealed && isHidden([name, value]) ? masked : value])}
      />
      {mayRun && !readOnly && pairs.some(isHidden) && (
        <Button size="sm" className="mt-2" onClick={() => setRevealed(!revealed)}>
          {revealed ? t('share.hideSecrets') : t('share.revealSecrets')}
        </Button>
      )}
    </>
  );
}

function Pairs({ pairs }: { pairs: [string, string][] }) {
  return (
    <dl className="divide-y rounded-lg border font-mono text-xs">
      {pairs.map(([name, value]) => (
        <div key={name} className="flex flex-wrap justify-between gap-x-4 gap-y-0.5 px-3 py-1.5">
          <dt className="break-all text-muted-foreground">{name}</dt>
          <dd className="break-all">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
