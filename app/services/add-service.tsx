'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ProblemNotice } from '../_components/problem-notice';
import { Button } from '../_components/ui/button';
import { Field, Textarea } from '../_components/ui/field';
import { toProblem, type ApiProblem } from '../_data/http';
import { applyServiceYaml, discoverServices, registerService } from '../_data/services';
import { useDictionary } from '../_i18n/provider';

/** Adds services: by applying a Knative Service's YAML, or by taking over what the cluster has. */
export function AddService({ example }: { example: string }) {
  const t = useDictionary();
  const router = useRouter();
  const [yaml, setYaml] = useState(example);
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const attempt = async (action: () => Promise<string>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setNote('');
    try {
      setNote(await action());
      router.refresh();
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  const apply = async (): Promise<string> => t.services.applied((await applyServiceYaml(yaml)).name);
  const takeOver = async (): Promise<string> => {
    const found = await discoverServices();
    for (const { origin: _origin, ...service } of found) await registerService(service);
    return found.length === 0 ? t.services.noneFound : found.map(({ name }) => t.services.registered(name)).join(' ');
  };
  return (
    <section className="panel p-4" aria-label={t.services.add}>
      <h2 className="mb-3 text-base font-semibold">{t.services.add}</h2>
      <Field id="yaml" label={t.services.yaml} hint={t.services.yamlHint}>
        <Textarea id="yaml" rows={18} spellCheck={false} className="font-mono text-xs" value={yaml} onChange={(event) => setYaml(event.target.value)} />
      </Field>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button variant="primary" disabled={busy} onClick={() => attempt(apply)}>
          {busy ? t.services.applying : t.services.apply}
        </Button>
        <Button disabled={busy} onClick={() => attempt(takeOver)}>
          {t.services.discover}
        </Button>
        <p role="status" className="text-sm">{note}</p>
      </div>
      {problem && <ProblemNotice problem={problem} className="mt-3" />}
    </section>
  );
}
