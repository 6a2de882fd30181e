'use client';

import { CircleCheck, FileUp, PencilLine, Save, Undo2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { useToast } from '@/app/_ui/toasts';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { Field, Input, Select, describedBy } from '@/app/_ui/primitives/field';
import { type CodeProblem, type Jump } from '@/app/_ui/code-editor';
import { EditorProblems } from '@/app/_ui/editor-problems';
import { LazyCodeEditor } from '@/app/_ui/lazy-code-editor';
import { errorAt, type FieldProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { type Script } from '@/lib/model/script';
import { useWords } from '@/app/_ui/words/provider';
import { ScriptNameForm } from '@/app/_ui/script-name-form';
import { inputKind, type Draft } from './draft';

interface Props {
  scripts: readonly Script[];
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  errors: readonly FieldProblem[];
}

/** The script: chosen, its parameters, its text to edit or to upload, and what k6 says of it. */
export function ScriptFields({
  scripts,
  draft,
  change,
  errors,
  text,
  problems,
  isTaken,
  jump,
  onJump,
}: Props & {
  text: string;
  /** What k6 refuses in the text. */
  problems: readonly CodeProblem[];
  /** k6 takes the text as it is. */
  isTaken: boolean;
  jump: Jump | null;
  onJump: (place: Jump) => void;
}) {
  const t = useWords();
  const [open, setOpen] = useState(draft.scriptText !== null);
  const [saving, setSaving] = useState(false);
  const router = useRouter();
  const toast = useToast();
  const file = useRef<HTMLInputElement>(null);
  const stored = scripts.find(({ name }) => name === draft.scriptName);
  const showEditor = open || problems.length > 0;

  const choose = (name: string): void => {
    change({ scriptName: name, scriptText: null, parameters: {} });
  };
  const upload = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    setOpen(true);
    change({ scriptName: chosen.name.slice(0, 200), scriptText: await chosen.text(), parameters: {} });
  };
  const save = async (name: string): Promise<void> => {
    await api('PUT /api/scripts/{name}', { params: { name }, body: { body: text } });
    toast({ text: t('history.scripts.saved', { name }) });
    setSaving(false);
    change({ scriptName: name, scriptText: null });
    router.refresh();
  };

  const nameError = errorAt(errors, 'scriptName');
  return (
    <div className="space-y-5">
      <div className="grid grid-cols-1 gap-5 sm:grid-cols-2">
        <Field id="script" label={t('newRun.script')} error={nameError}>
          <Select
            value={draft.scriptName}
            onChange={(event) => choose(event.target.value)}
            {...describedBy('script', nameError)}
          >
            {!stored && <option value={draft.scriptName}>{draft.scriptName}</option>}
            {scripts.map((script) => (
              <option key={script.name} value={script.name}>
                {script.title === script.name ? script.name : `${script.title} (${script.name})`}
              </option>
            ))}
          </Select>
        </Field>
        {stored?.question && (
          <div className="min-w-0 self-end text-sm">
            <p className="text-xs text-muted-foreground">{t('newRun.question')}</p>
            <p className="mt-0.5">{stored.question}</p>
          </div>
        )}
      </div>
      <Parameters script={stored} draft={draft} change={change} errors={errors} />
      <div className="space-y-3 border-t pt-5">
        <div className="flex flex-wrap items-center gap-2">
          <Button size="sm" aria-expanded={showEditor} onClick={() => setOpen(!open)}>
            <PencilLine />
            {t('newRun.edit')}
          </Button>
          <Button size="sm" onClick={() => file.current?.click()}>
            <FileUp />
            {t('newRun.upload')}
          </Button>
          <input
            ref={file}
            type="file"
            accept=".js,.ts,.mjs,text/javascript,text/typescript"
            aria-label={t('newRun.upload')}
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => void upload(event.target.files?.[0])}
          />
          {draft.scriptText !== null && (
            <Button size="sm" onClick={() => setSaving(true)}>
              <Save />
              {t('history.scripts.save')}
            </Button>
          )}
          {draft.scriptText !== null && stored && (
            <Button size="sm" variant="ghost" onClick={() => change({ scriptText: null })}>
              <Undo2 />
              {t('newRun.revert')}
            </Button>
          )}
          {showEditor && isTaken && (
            <Badge tone="success" role="status">
              <CircleCheck aria-hidden className="size-3.5" />
              {t('newRun.checkOk')}
            </Badge>
          )}
        </div>
        {draft.scriptText !== null && stored && (
          <p className="text-xs text-muted-foreground">{t('newRun.editedNote')}</p>
        )}
        <EditorProblems problems={problems} onJump={onJump} />
        {showEditor && (
          <LazyCodeEditor
            label={t('newRun.editor')}
            value={text}
            problems={problems}
            jump={jump}
            onChange={(value) => change({ scriptText: value === stored?.body ? null : value })}
          />
        )}
      </div>
      <Dialog open={saving} onOpenChange={setSaving}>
        <DialogContent title={t('history.scripts.saveTitle')}>
          <ScriptNameForm
            initial={draft.scriptName.replace(/[^\w .-]/g, '-').slice(0, 100)}
            taken={scripts.filter(({ origin }) => origin === 'saved').map(({ name }) => name)}
            onSave={save}
          />
        </DialogContent>
      </Dialog>
    </div>
  );
}

function Parameters({
  script,
  draft,
  change,
  errors,
}: { script: Script | undefined } & Omit<Props, 'scripts'>) {
  const t = useWords();
  if (!script || script.parameters.length === 0)
    return script ? <p className="text-sm text-muted-foreground">{t('newRun.noParameters')}</p> : null;
  return (
    <fieldset>
      <legend className="mb-3 text-sm font-semibold">{t('newRun.parameters')}</legend>
      <div className="grid grid-cols-1 gap-x-5 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
        {script.parameters.map((parameter) => {
          const id = `parameter-${parameter.name}`;
          const error = errorAt(errors, `env.${parameter.name}`);
          const kind = inputKind(parameter.default);
          return (
            <Field
              key={parameter.name}
              id={id}
              label={<code className="font-mono text-xs">{parameter.name}</code>}
              hint={parameter.description}
              error={error}
            >
              <Input
                type="text"
                inputMode={kind === 'number' ? 'decimal' : 'text'}
                className="tabular"
                placeholder={parameter.default}
                title={t('newRun.parameterDefault', { value: parameter.default })}
                value={draft.parameters[parameter.name] ?? ''}
                onChange={(event) =>
                  change({ parameters: { ...draft.parameters, [parameter.name]: event.target.value } })
                }
                {...describedBy(id, error, parameter.description)}
              />
            </Field>
          );
        })}
      </div>
    </fieldset>
  );
}
