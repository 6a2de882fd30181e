'use client';

import { CircleCheck, PencilLine, Save, Undo2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useToast } from '@/app/_ui/toasts';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { Field, Input, Select, describedBy } from '@/app/_ui/primitives/field';
import { cn } from '@/app/_ui/cn';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { type CodeProblem, type Jump } from '@/app/_ui/code-editor';
import { EditorProblems } from '@/app/_ui/editor-problems';
import { LazyCodeEditor } from '@/app/_ui/lazy-code-editor';
import { useFileText } from './use-file-text';
import { errorAt, type FieldProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { type Script } from '@/lib/model/script';
import { scriptFilesAsked } from '@/lib/model/script-files';
import { useWords } from '@/app/_ui/words/provider';
import { useScriptUpload } from '@/app/_ui/script-upload';
import { ScriptNameForm } from '@/app/_ui/script-name-form';
import { inputKind, withArchived, type Draft, type Folder } from './draft';
import { ArchiveNote } from '@/app/_ui/archive-note';
import { ScriptFiles } from './script-files';

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
  folder,
  opened: openedPath,
  onOpen,
  problems,
  isTaken,
  jump,
  onJump,
}: Props & {
  text: string;
  /** The files of a script that is more than one; null: it is one. */
  folder: Folder | null;
  /** The path of the file in the editor; null: the one that k6 starts with. */
  opened: string | null;
  onOpen: (path: string | null) => void;
  /** What k6 refuses in the text. */
  problems: readonly CodeProblem[];
  /** k6 takes the text as it is. */
  isTaken: boolean;
  jump: Jump | null;
  onJump: (place: CodeProblem) => void;
}) {
  const t = useWords();
  const [open, setOpen] = useState(draft.scriptText !== null);
  const [saving, setSaving] = useState(false);
  const router = useRouter();
  const toast = useToast();
  const stored = scripts.find(({ name }) => name === draft.scriptName);
  const showEditor = open || problems.length > 0;

  const choose = (name: string): void => {
    onOpen(null);
    change({ scriptName: name, scriptText: null, folder: null, archive: null, parameters: {} });
  };
  const { buttons, drop, refusal } = useScriptUpload((uploaded) => {
    onOpen(null);
    setOpen(true);
    change({ ...uploaded, parameters: {}, env: withArchived(draft.env, uploaded.archive) });
  });
  const save = async (name: string): Promise<void> => {
    await api('PUT /api/scripts/{name}', {
      params: { name },
      body: { body: text, ...scriptFilesAsked(folder) },
    });
    toast({ text: t('history.scripts.saved', { name }) });
    setSaving(false);
    change({ scriptName: name, scriptText: null, folder: null, archive: null });
    router.refresh();
  };

  const opened = folder?.files.find(({ path }) => path === openedPath);
  const own = useFileText(opened);
  const isChanged = draft.scriptText !== null || draft.folder !== null;
  const changeFile = (value: string): void => {
    if (!folder || !opened) return;
    const bytes = new TextEncoder().encode(value).length;
    const files = folder.files.map((file) =>
      file.path === opened.path ? { ...file, text: value, sha256: '', bytes } : file,
    );
    change({ folder: { ...folder, files } });
  };
  const startWith = (path: string): void => {
    const next = folder?.files.find((file) => file.path === path);
    if (!folder || next?.text == null) return;
    const before = { path: folder.entry, text, sha256: '', bytes: new TextEncoder().encode(text).length };
    const files = [...folder.files.filter((file) => file !== next), before];
    onOpen(null);
    change({ scriptText: next.text, folder: { entry: path, files } });
  };
  const remove = (path: string): void => {
    if (!folder) return;
    if (openedPath === path) onOpen(null);
    change({ folder: { ...folder, files: folder.files.filter((file) => file.path !== path) } });
  };

  const nameError = errorAt(errors, 'scriptName');
  return (
    <div {...drop} className={cn('space-y-5', drop.className)}>
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
                {script.title === script.name ? script.name : `${script.title} · ${script.name}`}
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
          {buttons}
          {isChanged && (
            <Button size="sm" onClick={() => setSaving(true)}>
              <Save />
              {t('history.scripts.save')}
            </Button>
          )}
          {isChanged && stored && (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                onOpen(null);
                change({ scriptText: null, folder: null, archive: null });
              }}
            >
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
        <p className="text-xs text-muted-foreground">{t('newRun.files.drop')}</p>
        {refusal}
        {isChanged && stored && <p className="text-xs text-muted-foreground">{t('newRun.editedNote')}</p>}
        {draft.archive && <ArchiveNote archive={draft.archive} />}
        {folder && (
          <ScriptFiles
            folder={folder}
            text={text}
            opened={opened?.path ?? folder.entry}
            wrong={problems.map(({ file: path }) => path ?? folder.entry)}
            onOpen={(path) => {
              setOpen(true);
              onOpen(path === folder.entry ? null : path);
            }}
            onStartWith={startWith}
            onRemove={remove}
          />
        )}
        <EditorProblems problems={problems} onJump={onJump} />
        {showEditor && !opened && (
          <LazyCodeEditor
            label={folder ? folder.entry : t('newRun.editor')}
            value={text}
            problems={problems.filter(({ file: path }) => path === undefined)}
            jump={jump}
            onChange={(value) =>
              change(
                folder
                  ? { scriptText: value, folder }
                  : { scriptText: value === stored?.body ? null : value },
              )
            }
          />
        )}
        {showEditor && opened && own.problem && <ProblemNotice problem={own.problem} />}
        {showEditor && opened && own.text === null && own.isRead && (
          <p className="rounded-lg border px-3.5 py-3 text-sm text-muted-foreground">
            {t('newRun.files.noText', { path: opened.path })}
          </p>
        )}
        {showEditor && opened && own.text !== null && (
          <LazyCodeEditor
            key={opened.path}
            label={opened.path}
            value={own.text}
            problems={problems.filter(({ file: path }) => path === opened.path)}
            jump={jump}
            onChange={changeFile}
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
