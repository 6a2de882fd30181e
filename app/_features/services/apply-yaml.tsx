'use client';

import { useMemo, useState } from 'react';
import { type Service } from '@/lib/model/run';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { LazyCodeEditor } from '@/app/_ui/lazy-code-editor';
import { toProblem, type ApiProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { useWords } from '@/app/_ui/words/provider';
import { ContextField } from './context-field';
import { lineOf } from './line-of';

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
        ? refused.problem.errors.map(({ path, message }) => ({
            line: lineOf(refused.yaml, path),
            column: null,
            message: `${path}: ${message}`,
          }))
        : [],
    [refused],
  );
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
        maxHeight="26rem"
      />
      <ContextField id="apply-kubeContext" value={kubeContext} onlyIfMany onChange={setKubeContext} />
      {refused && <ProblemNotice problem={refused.problem} />}
      <Button variant="primary" busy={busy} onClick={apply}>
        {busy ? t('services.applying') : t('services.apply')}
      </Button>
    </div>
  );
}
