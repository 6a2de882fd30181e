'use client';

import { LoaderCircle, Upload } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState, type DragEvent, type FormEvent } from 'react';
import { type ImportPreview } from '@/lib/importing/facts';
import { cn } from '@/app/_ui/cn';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input, Select } from '@/app/_ui/primitives/field';
import { ApiProblem, errorAt, toProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { formatBytes, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Formats } from './formats';
import { Preview } from './preview';

const empty = { name: '', service: '', script: '', tags: '', startedAtMs: '' };
type FieldName = keyof typeof empty;

/** Chooses a file, shows what is in it, and keeps it as a run. */
export function ImportForm({
  services,
  scripts,
}: {
  services: { id: string; name: string; namespace: string }[];
  scripts: string[];
}) {
  const t = useWords();
  const locale = useLocale();
  const router = useRouter();

  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [values, setValues] = useState(empty);
  const [busy, setBusy] = useState<'reading' | 'saving' | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const request = useRef<AbortController | null>(null);

  const read = async (chosen: File): Promise<void> => {
    request.current?.abort();
    const abort = new AbortController();
    request.current = abort;
    setFile(chosen);
    setPreview(null);
    setProblem(null);
    setBusy('reading');
    try {
      const answer = await api('POST /api/import', {
        query: { save: '0', file: chosen.name },
        body: chosen,
        signal: abort.signal,
      });
      setPreview(answer.preview);
      // A file without a date was written when its load ended.
      setValues((current) => ({
        ...current,
        startedAtMs: localText(chosen.lastModified - (answer.preview.spanMs ?? 0)),
      }));
    } catch (error) {
      if (abort.signal.aborted) return;
      setProblem(
        withLine(toProblem(error), (line) => t('exports.import.line', { n: formatNumber(line, locale) })),
      );
    }
    setBusy(null);
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!file || !preview) return;
    setBusy('saving');
    setProblem(null);
    const { startedAtMs, ...texts } = values;
    const startMs = preview.startedAtMs === null ? new Date(startedAtMs).getTime() : NaN;
    try {
      const { run } = await api('POST /api/import', {
        query: {
          ...texts,
          ...(Number.isNaN(startMs) ? {} : { startedAtMs: startMs }),
          save: '1',
          file: file.name,
        },
        body: file,
      });
      if (run) router.push(`/runs/${run.id}`);
    } catch (error) {
      setProblem(
        withLine(toProblem(error), (line) => t('exports.import.line', { n: formatNumber(line, locale) })),
      );
      setBusy(null);
    }
  };

  return (
    <div className="grid grid-cols-1 gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="min-w-0 space-y-5">
        <FileChooser compact={preview !== null} onChoose={(chosen) => void read(chosen)} />
        {busy === 'reading' && file && (
          <p role="status" className="flex items-center gap-2 text-sm text-muted-foreground">
            <LoaderCircle aria-hidden className="size-4 animate-spin" />
            {t('exports.import.reading', { name: file.name, size: formatBytes(file.size, locale) })}
          </p>
        )}
        {problem && <ProblemNotice problem={problem} shownFields={['file', ...Object.keys(empty)]} />}
        {preview && (
          <div className="panel p-5">
            <Preview preview={preview} />
            <form onSubmit={save} noValidate className="mt-6 border-t pt-5">
              <Fields
                values={values}
                onChange={(name, value) => setValues((current) => ({ ...current, [name]: value }))}
                problem={problem}
                services={services}
                scripts={scripts}
                askStart={preview.startedAtMs === null}
              />
              <Button type="submit" variant="primary" busy={busy !== null} className="mt-5">
                {busy === 'saving' ? t('exports.import.saving') : t('exports.import.save')}
              </Button>
            </form>
          </div>
        )}
      </div>
      <Formats t={t} />
    </div>
  );
}

function FileChooser({ compact, onChoose }: { compact: boolean; onChoose: (file: File) => void }) {
  const t = useWords();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onChoose(file);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        'flex flex-wrap items-center justify-center gap-3 rounded-xl border-2 border-dashed border-border-strong bg-card px-5 text-sm transition-colors',
        compact ? 'py-4' : 'py-12',
        over && 'border-primary bg-info-soft',
      )}
    >
      <Upload aria-hidden className="size-5 text-muted-foreground" />
      <input
        ref={input}
        type="file"
        aria-label={t('exports.import.choose')}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) onChoose(file);
          // The same file can be chosen again, mended.
          event.target.value = '';
        }}
      />
      <Button variant={compact ? 'secondary' : 'primary'} onClick={() => input.current?.click()}>
        {compact ? t('exports.import.another') : t('exports.import.choose')}
      </Button>
      <span className="text-muted-foreground">{t('exports.import.drop')}</span>
    </div>
  );
}

function Fields({
  values,
  onChange,
  problem,
  services,
  scripts,
  askStart,
}: {
  values: typeof empty;
  onChange: (name: FieldName, value: string) => void;
  problem: ApiProblem | null;
  services: { id: string; name: string; namespace: string }[];
  scripts: string[];
  askStart: boolean;
}) {
  const t = useWords();
  const hints: Record<FieldName, string> = {
    name: t('exports.import.fields.nameHint'),
    service: t('exports.import.fields.serviceHint'),
    script: t('exports.import.fields.scriptHint'),
    tags: t('exports.import.fields.tagsHint'),
    startedAtMs: t('exports.import.fields.startedHint'),
  };
  const field = (name: FieldName) => {
    const id = `import-${name}`;
    const error = errorAt(problem?.errors ?? [], name);
    const props = {
      value: values[name],
      onChange: (event: { target: { value: string } }) => onChange(name, event.target.value),
      ...describedBy(id, error, hints[name]),
    };
    return (
      <Field key={name} id={id} label={t(`exports.import.fields.${name}`)} hint={hints[name]} error={error}>
        {name === 'service' ? (
          <Select {...props}>
            <option value="">{t('exports.import.fields.serviceOfFile')}</option>
            {services.map((service) => (
              <option key={service.id} value={service.id}>
                {service.name} ({service.namespace})
              </option>
            ))}
          </Select>
        ) : name === 'startedAtMs' ? (
          <Input type="datetime-local" step={1} {...props} />
        ) : (
          <Input {...props} {...(name === 'script' ? { list: 'import-scripts' } : {})} />
        )}
      </Field>
    );
  };
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      {(
        ['name', 'service', 'script', 'tags', ...(askStart ? ['startedAtMs' as const] : [])] as FieldName[]
      ).map(field)}
      <datalist id="import-scripts">
        {scripts.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}

/** A refusal with the line of the file that it is about. */
function withLine(problem: ApiProblem, words: (line: number) => string): ApiProblem {
  const line = problem.errors.find(({ path }) => path === 'file')?.line;
  return line === null || line === undefined
    ? problem
    : new ApiProblem(problem.status, `${problem.title} · ${words(line)}`, problem.detail, problem.errors);
}

/** A moment as `datetime-local` wants it. */
function localText(unixMs: number): string {
  const date = new Date(unixMs);
  return new Date(unixMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
