'use client';

import { Play } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ProblemNotice } from '../_components/problem-notice';
import { Button } from '../_components/ui/button';
import { toProblem, type ApiProblem } from '../_data/http';
import { startRun } from '../_data/runs';
import { applyServiceYaml } from '../_data/services';
import { useDictionary } from '../_i18n/provider';

/** One click from the first visit to a run under way. Where no service is known yet, the one in `yaml` is applied first. */
export function StartDemo({ serviceId, yaml, scriptName, hint }: { serviceId: string | null; yaml: string; scriptName: string; hint: string }) {
  const t = useDictionary();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const target = serviceId ?? (await applyServiceYaml(yaml)).id;
      router.push(`/runs/${(await startRun({ serviceId: target, scriptName, env: {}, tags: ['demo'] })).id}`);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="primary" disabled={busy} onClick={start}>
        <Play />
        {busy ? t.newRun.starting : t.runs.startDemo}
      </Button>
      <p className="max-w-md text-xs text-muted-foreground">{hint}</p>
      {problem && <ProblemNotice problem={problem} className="mt-2 text-left" />}
    </>
  );
}
