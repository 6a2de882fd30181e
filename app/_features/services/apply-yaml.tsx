'use client';

import { useMemo, useState } from 'react';
import { LineCounter, parseDocument } from 'yaml';
import { type Service } from '@/lib/model/run';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { LazyCodeEditor } from '@/app/_ui/lazy-code-editor';
import { toProblem, type ApiProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { useWords } from '@/app/_ui/words/provider';

/** Applies a Knative Service; what Kubernetes refuses is marked at its field. */
export function ApplyYaml({ example, onDone }: { example: string; onDone: (service: Service) => void }) {
  const t = useWords();
  const [yaml, setYaml] = useState(example);
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
      onDone((await api('POST /api/services/apply', { body: { yaml } })).service);
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
      {refused && <ProblemNotice problem={refused.problem} />}
      <Button variant="primary" busy={busy} onClick={apply}>
        {busy ? t('services.applying') : t('services.apply')}
      </Button>
    </div>
  );
}

/** The line of a field path such as `spec.template.spec.containers[0].image`, or of the nearest parent that is there. */
function lineOf(yaml: string, path: string): number | null {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, keepSourceTokens: false });
  const keys = path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
  for (let length = keys.length; length > 0; length--) {
    const node: unknown = document.getIn(
      keys.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
      true,
    );
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return counter.linePos(Number(node.range[0])).line;
  }
  return null;
}
