'use client';

import { useMemo, useState } from 'react';
import { type Service } from '@/lib/model/run';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { type Jump } from '@/app/_ui/code-editor';
import { EditorProblems } from '@/app/_ui/editor-problems';
import { LazyCodeEditor } from '@/app/_ui/lazy-code-editor';
import { errorAt, toProblem, type ApiProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { useWords } from '@/app/_ui/words/provider';
import { ContextField } from './context-field';
import { lineOf } from './line-of';

/** What a refusal may name beside fields of the YAML. */
const otherFields = ['cluster', 'kubeContext'];

/** Applies a Knative Service; what Kubernetes refuses is marked at its field. */
export function ApplyYaml({ example, onDone }: { example: string; onDone: (service: Service) => void }) {
  const t = useWords();
  const [yaml, setYaml] = useState(example);
  const [kubeContext, setKubeContext] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ yaml: string; problem: ApiProblem } | null>(null);
  const problems = useMemo(
    () =>
      refused
        ? refused.problem.errors
            .filter(({ path }) => !otherFields.includes(path))
            .map(({ path, message, line, column }) => ({
              line: line ?? lineOf(refused.yaml, path),
              column: column ?? null,
              message: path === '' || path === 'yaml' ? message : `${path}: ${message}`,
            }))
        : [],
    [refused],
  );
  const [jump, setJump] = useState<Jump | null>(null);
  const contextError = errorAt(refused?.problem.errors ?? [], 'kubeContext');
  const apply = async (): Promise<void> => {
    setBusy(true);
    setRefused(null);
    try {
      onDone((await api('POST /api/services/apply', { body: { yaml, kubeContext } })).service);
    } catch (error) {
      setRefused({ yaml, problem: toProblem(error) });
    }
    setBusy(false);
  };
  return (
    <div className="space-y-3">
      <p className="text-xs text-muted-foreground">{t('services.yamlHint')}</p>
      <LazyCodeEditor
        label={t('services.yaml')}
        language="yaml"
        value={yaml}
        onChange={setYaml}
        problems={problems}
        jump={jump}
        maxHeight="26rem"
      />
      <EditorProblems problems={problems} onJump={(place) => setJump({ ...place })} />
      <ContextField
        id="apply-kubeContext"
        value={kubeContext}
        error={contextError}
        onlyIfMany
        onChange={setKubeContext}
      />
      {refused && problems.length === 0 && !contextError && <ProblemNotice problem={refused.problem} />}
      <Button variant="primary" busy={busy} onClick={apply}>
        {busy ? t('services.applying') : t('services.apply')}
      </Button>
    </div>
  );
}
