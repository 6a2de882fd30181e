'use client';

import { Play } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';

/** One click from the first visit to a run under way. Where no service is known yet, the one in `yaml` is applied first. */
export function StartDemo({
  serviceId,
  yaml,
  scriptName,
  hint,
}: {
  serviceId: string | null;
  yaml: string;
  scriptName: string;
  hint: string;
}) {
  const t = useWords();
  const router = useRouter();
  const { busy, problem, attempt } = useAttempt();
  const start = (): Promise<boolean> =>
    attempt(
      async () => {
        const target = serviceId ?? (await api('POST /api/services/apply', { body: { yaml } })).service.id;
        const { run } = await api('POST /api/runs', {
          body: { serviceId: target, scriptName, tags: ['demo'] },
        });
        router.push(`/runs/${run.id}`);
      },
      { leaves: true },
    );
  return (
    <>
      <Button variant="primary" busy={busy} onClick={start}>
        <Play />
        {busy ? t('newRun.starting') : t('runs.startDemo')}
      </Button>
      <p className="max-w-md text-xs text-muted-foreground">{hint}</p>
      {problem && <ProblemNotice problem={problem} className="mt-2 text-left" />}
    </>
  );
}
