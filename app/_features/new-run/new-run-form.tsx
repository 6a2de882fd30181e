'use client';

import { Play, Server } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { useRouter } from 'next/navigation';
import { useMemo, useRef, useState, type FormEvent } from 'react';
import { mostLocalRunners, type Run, type Service } from '@/lib/model/run';
import { EmptyState } from '@/app/_ui/empty-state';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input, Select } from '@/app/_ui/primitives/field';
import { type CodeProblem, type Jump } from '@/app/_ui/code-editor';
import { type ApiProblem, errorAt, toProblem } from '@/lib/api/api-problem';
import { registeredAs } from '@/lib/model/registered-as';
import { api } from '@/app/_ui/data/api';
import { type Script } from '@/lib/model/script';
import { scriptFilesAsked } from '@/lib/model/script-files';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { envOf, firstDraft, folderOf, isOfVariables, nameOf, plainEnvOf, tagsOf, type Draft } from './draft';
import { EnvFields } from './env-fields';
import { ForgottenService } from './forgotten-service';
import { LoadPanel } from './load-panel';
import { operatorOf } from './operator-draft';
import { OperatorFields } from './operator-fields';
import { ScriptFields } from './script-fields';
import { useInspection } from './use-inspection';

const shownFields = ['serviceId', 'scriptName', 'scriptText', 'name', 'tags', 'runners'];

/** Asks for a run: service, script with its parameters, environment, name and tags. */
export function NewRunForm({
  services: registered,
  scripts,
  from,
  service,
  script,
}: {
  services: Service[];
  scripts: Script[];
  from: Run | null;
  service: string | null;
  script: string | null;
}) {
  const t = useWords();
  const router = useRouter();
  const [services, setServices] = useState(registered);
  // Never another service than the run's: it would be loaded without anyone having chosen it.
  const firstService =
    (from ? registeredAs(services, from.service) : (services.find(({ id }) => id === service) ?? services[0]))
      ?.id ?? '';
  const [first] = useState<Draft>(() => firstDraft(firstService, scripts, from, script));
  const [draft, setDraft] = useState(first);
  const name = nameOf(draft, first);
  const { busy, problem, attempt } = useAttempt();
  const form = useRef<HTMLFormElement>(null);
  const [jump, setJump] = useState<Jump | null>(null);
  const change = (part: Partial<Draft>): void => setDraft((current) => ({ ...current, ...part }));
  const errors = problem?.errors ?? [];
  const chosen = services.find(({ id }) => id === draft.serviceId);
  const stored = scripts.find(({ name }) => name === draft.scriptName);
  const scriptText = draft.scriptText ?? stored?.body ?? '';
  // A text that was uploaded as one file is not of the folder that has its name.
  const folder = draft.folder ?? (draft.scriptText === null && stored ? folderOf(stored) : null);
  const [opened, setOpened] = useState<string | null>(null);
  const inspection = useInspection(draft, scriptText, folder, chosen);
  const fieldErrors = [...errors, ...(inspection.problem?.errors ?? [])];
  const [refused, setRefused] = useState<{ text: string; problem: ApiProblem } | null>(null);
  const whole = JSON.stringify([scriptText, scriptFilesAsked(folder)]);
  const scriptProblems = useMemo(
    () => scriptProblemsOf([inspection.problem, refused?.text === whole ? refused.problem : null]),
    [inspection.problem, refused, whole],
  );

  const show = (place: CodeProblem): void => {
    setOpened(place.file ?? null);
    setJump({ ...place });
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const isStarted = await attempt(
      async () => {
        const { run } = await api('POST /api/runs', {
          body: {
            serviceId: draft.serviceId,
            scriptName: draft.scriptName,
            env: envOf(draft),
            plainEnv: plainEnvOf(draft),
            tags: tagsOf(draft),
            runners: draft.operator ? 1 : Number(draft.runners),
            ...(draft.scriptText === null && draft.folder === null
              ? {}
              : { scriptText, ...scriptFilesAsked(folder) }),
            ...(draft.operator === null ? {} : { operator: operatorOf(draft.operator) }),
            ...(name.trim() === '' ? {} : { name: name.trim() }),
          },
        }).catch((error: unknown) => {
          const met = toProblem(error);
          const [place] = scriptProblemsOf([met]);
          if (place) setRefused({ text: whole, problem: met });
          if (place) show(place);
          throw met;
        });
        router.push(`/runs/${run.id}`);
      },
      { leaves: true },
    );
    if (!isStarted)
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };

  const forgotten = from && !registeredAs(services, from.service) && (
    <ForgottenService
      service={from.service}
      onRegistered={(service) => {
        setServices([...services, service]);
        change({ serviceId: service.id });
      }}
    />
  );
  if (services.length === 0 && !forgotten) {
    return (
      <EmptyState icon={<Server />} title={t('newRun.noServices')} text={t('services.emptyText')}>
        <Button asChild variant="primary">
          <Link href="/services">{t('runs.registerService')}</Link>
        </Button>
        <p className="text-xs text-muted-foreground">{t('runs.noService')}</p>
      </EmptyState>
    );
  }
  const serviceError = errorAt(errors, 'serviceId');
  const nameError = errorAt(errors, 'name');
  const tagsError = errorAt(errors, 'tags');
  const runnersError = errorAt(errors, 'runners');
  const otherFields = errors.filter(({ path }) => /^(env|operator)\./.test(path)).map(({ path }) => path);
  return (
    <form
      ref={form}
      onSubmit={submit}
      noValidate
      className="grid grid-cols-1 gap-5 xl:grid-cols-[minmax(0,1fr)_320px]"
    >
      {forgotten && <div className="xl:col-span-2">{forgotten}</div>}
      <div className="panel min-w-0 space-y-6 p-4 sm:p-6">
        <div className="grid grid-cols-1 gap-5 sm:grid-cols-2">
          <Field id="service" label={t('newRun.service')} hint={t('newRun.serviceHint')} error={serviceError}>
            <Select
              value={draft.serviceId}
              onChange={(event) => change({ serviceId: event.target.value })}
              {...describedBy('service', serviceError, true)}
            >
              {!chosen && <option value="">{t('newRun.chooseService')}</option>}
              {services.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.namespace}/{one.name}
                </option>
              ))}
            </Select>
          </Field>
          {chosen && (
            <dl className="space-y-1 self-end rounded-lg border bg-muted/40 px-3.5 py-2.5 text-xs">
              <div className="flex gap-2">
                <dt className="shrink-0 text-muted-foreground">{t('newRun.target')}</dt>
                <dd className="truncate font-mono" title={`${chosen.gatewayUrl} · ${chosen.host}`}>
                  {chosen.gatewayUrl} · {chosen.host}
                </dd>
              </div>
              <div className="flex gap-2">
                <dt className="text-muted-foreground">{t('newRun.limit')}</dt>
                <dd className="tabular">{t('newRun.inFlight', { n: chosen.containerConcurrency })}</dd>
              </div>
            </dl>
          )}
        </div>
        <ScriptFields
          scripts={scripts}
          draft={draft}
          change={change}
          errors={fieldErrors}
          text={scriptText}
          folder={folder}
          opened={opened}
          onOpen={setOpened}
          problems={scriptProblems}
          isTaken={
            inspection.data !== null && !inspection.loading && !inspection.problem && !scriptProblems.length
          }
          jump={jump}
          onJump={show}
        />
      </div>
      <LoadPanel
        key={draft.serviceId}
        service={chosen}
        options={inspection.data}
        problem={inspection.problem}
        loading={inspection.loading}
        refused={
          scriptProblems.length > 0
            ? 'script'
            : isOfVariables(inspection.problem?.errors ?? [])
              ? 'variable'
              : null
        }
      />
      <div className="min-w-0 space-y-5 xl:col-start-2 xl:row-span-2 xl:row-start-1">
        <div className="panel space-y-5 p-4 sm:p-5">
          <h2 className="text-sm font-semibold">{t('newRun.details')}</h2>
          <Field id="name" label={t('newRun.name')} hint={t('newRun.nameHint')} error={nameError}>
            <Input
              value={name}
              maxLength={200}
              onChange={(event) => change({ name: event.target.value })}
              {...describedBy('name', nameError, true)}
            />
          </Field>
          <Field id="tags" label={t('newRun.tags')} hint={t('newRun.tagsHint')} error={tagsError}>
            <Input
              value={draft.tags}
              onChange={(event) => change({ tags: event.target.value })}
              {...describedBy('tags', tagsError, true)}
            />
          </Field>
          {draft.operator === null && (
            <Field
              id="runners"
              label={t('newRun.runners')}
              hint={t('newRun.runnersHint')}
              error={runnersError}
            >
              <Input
                type="number"
                inputMode="numeric"
                min={1}
                max={mostLocalRunners}
                className="w-24"
                value={draft.runners}
                onChange={(event) => change({ runners: event.target.value })}
                {...describedBy('runners', runnersError, true)}
              />
            </Field>
          )}
        </div>
        {chosen && (
          <OperatorFields
            service={chosen}
            operator={draft.operator}
            onChange={(operator) => change({ operator })}
            errors={errors}
          />
        )}
        <EnvFields env={draft.env} onChange={(env) => change({ env })} errors={fieldErrors} />
        {problem && !isOfScript(problem) && !isOfVariables(errors) && (
          <ProblemNotice problem={problem} shownFields={[...shownFields, ...otherFields]} />
        )}
        <Button type="submit" variant="primary" className="h-10 w-full" busy={busy}>
          <Play />
          {busy ? t('newRun.starting') : t('newRun.start')}
        </Button>
      </div>
    </form>
  );
}

/** What is refused in a script's text, each thing once. */
function scriptProblemsOf(problems: readonly (ApiProblem | null)[]): CodeProblem[] {
  const all = problems.flatMap((problem) => problem?.errors ?? []);
  return all
    .filter(
      ({ path, message }, i) =>
        isOfCode(path) && all.findIndex((one) => one.path === path && one.message === message) === i,
    )
    .map(({ path, line, column, message }) => ({
      line: line ?? null,
      column: column ?? null,
      message,
      file: path.startsWith('files.') ? path.slice('files.'.length) : undefined,
    }));
}

/** The problem is told where the script is. */
function isOfScript({ errors }: ApiProblem): boolean {
  return errors.length > 0 && errors.every(({ path }) => isOfCode(path));
}

function isOfCode(path: string): boolean {
  return path === 'scriptText' || path.startsWith('files.');
}
