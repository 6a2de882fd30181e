'use client';

import { FileUp, Pencil, Play } from 'lucide-react';
import { useRef, useState, type FormEvent } from 'react';
import { textOf } from '@/lib/model/file-text';
import { CodeEditor } from '@/app/_ui/code-editor';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input, Select, Textarea } from '@/app/_ui/primitives/field';
import { ApiProblem } from '@/lib/api/api-problem';
import { askWhatIf, type FileDemand, type WhatIfSource } from '@/app/_ui/data/what-if';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { parseAnnotations } from '@/app/_ui/annotations-text';
import { draftOfAddress } from './draft';
import { WhatIfView } from './lazy-view';
import { exampleCsv } from './example';

const mostBytes = 20_000_000;
const numbers = ['containerConcurrency', 'serviceTimeMs', 'podStartMs', 'startPods'] as const;
const first = {
  format: 'csv' as FileDemand['format'],
  kind: 'closed' as FileDemand['kind'],
  annotations: '',
  containerConcurrency: '10',
  serviceTimeMs: '100',
  podStartMs: '2000',
  startPods: '1',
};

/** Asks for a demand and what is known of its service, then shows the what-if over it. What was typed stays. */
export function FileWhatIf({ search }: { search: string }) {
  const t = useWords();

  const [values, setValues] = useState(first);
  // Uncontrolled while typed in: a demand can be long.
  const text = useRef('');
  const [shown, setShown] = useState('');
  const [loaded, setLoaded] = useState<string | null>(null);
  const { busy, problem, errorOf, attempt, setProblem } = useAttempt();
  const [source, setSource] = useState<WhatIfSource | null>(null);
  const set = (part: Partial<typeof first>): void => setValues((current) => ({ ...current, ...part }));
  const textError = problem?.errors.find(({ path }) => path === 'text');

  const load = (content: string, name: string | null): void => {
    text.current = content;
    setShown(content);
    setLoaded(name);
    setProblem(null);
    if (/^\s*[[{]/.test(content)) set({ format: 'prometheus' });
  };
  const loadFile = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > mostBytes)
      return setProblem(
        new ApiProblem(413, '', t('whatif.file.tooLarge'), [
          { path: 'text', message: t('whatif.file.tooLarge') },
        ]),
      );
    load(textOf(new Uint8Array(await file.arrayBuffer())), file.name);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.current.trim() === '')
      return setProblem(
        new ApiProblem(422, '', t('whatif.file.empty'), [{ path: 'text', message: t('whatif.file.empty') }]),
      );
    const wrong = numbers.filter(
      (name) => values[name].trim() === '' || !Number.isFinite(Number(values[name])),
    );
    if (wrong.length > 0)
      return setProblem(
        new ApiProblem(
          422,
          '',
          '',
          wrong.map((path) => ({ path, message: t('whatif.notANumber') })),
        ),
      );
    const demand: FileDemand = {
      format: values.format,
      kind: values.kind,
      text: text.current,
      annotations: parseAnnotations(values.annotations),
      containerConcurrency: Number(values.containerConcurrency),
      serviceTimeMs: Number(values.serviceTimeMs),
      podStartMs: Number(values.podStartMs),
      startPods: Number(values.startPods),
    };
    const next: WhatIfSource = { kind: 'file', demand };
    await attempt(async () => {
      await askWhatIf(next, {});
      setShown(text.current);
      setSource(next);
    });
  };

  if (source) {
    return (
      <>
        <div className="mb-4">
          <Button onClick={() => setSource(null)}>
            <Pencil />
            {t('whatif.file.change')}
          </Button>
        </div>
        <WhatIfView source={source} initial={draftOfAddress(search)} />
      </>
    );
  }
  const labels: Record<(typeof numbers)[number], [string, string | undefined]> = {
    containerConcurrency: [t('whatif.file.containerConcurrency'), t('whatif.file.containerConcurrencyHint')],
    serviceTimeMs: [t('whatif.file.serviceTime'), t('whatif.file.serviceTimeHint')],
    podStartMs: [t('whatif.file.podStart'), t('whatif.file.podStartHint')],
    startPods: [t('whatif.file.startPods'), undefined],
  };
  const shownFields: readonly string[] = ['text', 'annotations', ...numbers];
  return (
    <form onSubmit={submit} noValidate className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
      <div
        className="panel min-w-0 space-y-3 p-4 sm:p-5"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void loadFile(event.dataTransfer.files[0]);
        }}
      >
        <div className="flex flex-wrap items-end gap-3">
          <Field id="format" label={t('whatif.file.format')}>
            <Select
              id="format"
              value={values.format}
              onChange={(event) => set({ format: event.target.value === 'csv' ? 'csv' : 'prometheus' })}
            >
              <option value="csv">{t('whatif.file.csv')}</option>
              <option value="prometheus">{t('whatif.file.prometheus')}</option>
            </Select>
          </Field>
          <Field id="kind" label={t('whatif.file.kind')}>
            <Select
              id="kind"
              value={values.kind}
              onChange={(event) => set({ kind: event.target.value === 'open' ? 'open' : 'closed' })}
            >
              <option value="closed">{t('whatif.file.kindClosed')}</option>
              <option value="open">{t('whatif.file.kindOpen')}</option>
            </Select>
          </Field>
          <label className="inline-flex h-9 cursor-pointer items-center gap-1.5 rounded-lg border border-border-strong bg-card px-3.5 text-sm font-medium hover:bg-muted has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring">
            <FileUp aria-hidden className="size-4" />
            {t('whatif.file.choose')}
            <input
              type="file"
              accept=".csv,.txt,.json,text/csv,application/json"
              className="sr-only"
              onChange={(event) => void loadFile(event.target.files?.[0])}
            />
          </label>
          <Button
            onClick={() => {
              set({ format: 'csv', kind: 'closed' });
              load(exampleCsv(), null);
            }}
          >
            {t('whatif.file.example')}
          </Button>
        </div>
        <div>
          <p className="mb-1.5 text-sm font-medium">{t('whatif.file.text')}</p>
          <CodeEditor
            label={t('whatif.file.text')}
            language="yaml"
            value={shown}
            onChange={(value) => (text.current = value)}
            problems={
              textError ? [{ line: textError.line ?? null, column: null, message: textError.message }] : []
            }
            minHeight="16rem"
            maxHeight="26rem"
          />
          {textError ? (
            <p role="alert" className="mt-1.5 text-xs text-danger">
              {textError.message}
            </p>
          ) : (
            <p className="mt-1.5 text-xs text-muted-foreground">
              {loaded && `${t('whatif.file.loaded', { name: loaded })} `}
              {values.format === 'csv' ? t('whatif.file.csvHint') : t('whatif.file.prometheusHint')}
            </p>
          )}
        </div>
      </div>
      <div className="panel min-w-0 space-y-4 self-start p-4 sm:p-5">
        <Field
          id="annotations"
          label={t('whatif.file.annotations')}
          hint={t('whatif.file.annotationsHint')}
          error={errorOf('annotations')}
        >
          <Textarea
            rows={4}
            spellCheck={false}
            className="font-mono text-xs"
            value={values.annotations}
            onChange={(event) => set({ annotations: event.target.value })}
            {...describedBy('annotations', errorOf('annotations'), true)}
          />
        </Field>
        {numbers.map((name) => (
          <Field key={name} id={name} label={labels[name][0]} hint={labels[name][1]} error={errorOf(name)}>
            <Input
              inputMode="decimal"
              className="tabular"
              value={values[name]}
              onChange={(event) => set({ [name]: event.target.value })}
              {...describedBy(name, errorOf(name), labels[name][1])}
            />
          </Field>
        ))}
        {problem && problem.errors.every(({ path }) => !shownFields.includes(path)) && (
          <ProblemNotice problem={problem} shownFields={shownFields} />
        )}
        <Button type="submit" variant="primary" busy={busy} className="h-10 w-full">
          <Play />
          {busy ? t('whatif.replaying') : t('whatif.file.replay')}
        </Button>
      </div>
    </form>
  );
}
