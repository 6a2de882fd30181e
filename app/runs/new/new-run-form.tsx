'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type RunnableScript } from '@/lib/runs/scripts';
import { type Service } from '@/lib/timeline/run';
import { ProblemNotice } from '../../_components/problem-notice';
import { Button } from '../../_components/ui/button';
import { Field, Input, Select, Textarea } from '../../_components/ui/field';
import { toProblem, type ApiProblem } from '../../_data/http';
import { startRun } from '../../_data/runs';
import { useDictionary } from '../../_i18n/provider';

/** Chooses what to load and with which script; what was typed stays where the API refuses it. */
export function NewRunForm({ services, scripts, chosen }: { services: Service[]; scripts: RunnableScript[]; chosen: string | null }) {
  const t = useDictionary();
  const router = useRouter();
  const [serviceId, setServiceId] = useState(services.find(({ id }) => id === chosen)?.id ?? services[0]!.id);
  const [scriptName, setScriptName] = useState(scripts[0]?.name ?? '');
  const [edits, setEdits] = useState<Record<string, string>>({});
  const [values, setValues] = useState<Record<string, string>>({});
  const [name, setName] = useState('');
  const [tags, setTags] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const script = scripts.find((s) => s.name === scriptName);
  const wrong = problem?.errors.find((e) => e.path === 'scriptText');
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const env = Object.fromEntries((script?.parameters ?? []).flatMap((p) => (values[p.name] ? [[p.name, values[p.name]!]] : [])));
    const edited = edits[scriptName];
    try {
      const run = await startRun({ serviceId, scriptName, env, tags: tags.split(',').map((tag) => tag.trim()).filter((tag) => tag !== ''), ...(edited === undefined ? {} : { scriptText: edited }), ...(name.trim() ? { name: name.trim() } : {}) });
      router.push(`/runs/${run.id}`);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  const upload = async (file: File | undefined): Promise<void> => {
    if (file) setEdits({ ...edits, [scriptName]: await file.text() });
  };
  return (
    <form
      className="panel grid gap-5 p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <Field id="service" label={t.newRun.service} hint={t.newRun.serviceHint}>
          <Select id="service" value={serviceId} onChange={(event) => setServiceId(event.target.value)}>
            {services.map((s) => <option key={s.id} value={s.id}>{s.namespace}/{s.name}</option>)}
          </Select>
        </Field>
        <Field id="script" label={t.newRun.script} hint={script?.question}>
          <Select id="script" value={scriptName} onChange={(event) => setScriptName(event.target.value)}>
            {scripts.map((s) => <option key={s.name} value={s.name}>{s.title}</option>)}
          </Select>
        </Field>
        {script?.parameters.map((p) => (
          <Field key={p.name} id={p.name} label={p.name} hint={`${p.description}; ${t.newRun.parameterDefault(p.default)}`}>
            <Input id={p.name} value={values[p.name] ?? ''} placeholder={p.default} onChange={(event) => setValues({ ...values, [p.name]: event.target.value })} />
          </Field>
        ))}
        <Field id="name" label={t.newRun.name} hint={t.newRun.nameHint}>
          <Input id="name" value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field id="tags" label={t.newRun.tags} hint={t.newRun.tagsHint}>
          <Input id="tags" value={tags} onChange={(event) => setTags(event.target.value)} />
        </Field>
      </div>
      <Field id="text" label={t.newRun.editor} error={wrong && `${wrong.line ? `${t.newRun.lineColumn(wrong.line, wrong.column ?? undefined)}: ` : ''}${wrong.message}`} hint={edits[scriptName] === undefined ? undefined : t.newRun.editedNote}>
        <Textarea id="text" rows={16} spellCheck={false} className="font-mono text-xs" value={edits[scriptName] ?? script?.body ?? ''} onChange={(event) => setEdits({ ...edits, [scriptName]: event.target.value })} />
      </Field>
      <Field id="file" label={t.newRun.upload}>
        <Input id="file" type="file" accept=".js,.ts" onChange={(event) => void upload(event.target.files?.[0])} />
      </Field>
      {problem && <ProblemNotice problem={problem} shownFields={['scriptText']} />}
      <div>
        <Button type="submit" variant="primary" disabled={busy}>{busy ? t.newRun.starting : t.newRun.start}</Button>
      </div>
    </form>
  );
}
