'use client';

import { Unplug } from 'lucide-react';
import { type Service } from '@/lib/model/run';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';

/** Says that the service of the run to be repeated is no longer registered, and registers it again as it was then. */
export function ForgottenService({
  service,
  onRegistered,
}: {
  service: Service;
  onRegistered: (service: Service) => void;
}) {
  const t = useWords();
  const { busy, problem, attempt } = useAttempt();
  const register = (): Promise<boolean> =>
    attempt(async () => {
      const { id: _id, origin: _origin, gatewayClient: _gone, ...input } = service;
      onRegistered((await api('POST /api/services', { body: input })).service);
    });
  return (
    <section data-forgotten-service className="panel space-y-3 px-4 py-3.5 text-sm">
      <h2 className="flex items-center gap-2 font-semibold">
        <Unplug aria-hidden className="size-4 shrink-0 text-muted-foreground" />
        {t('newRun.forgotten', { name: `${service.namespace}/${service.name}` })}
      </h2>
      <p className="text-muted-foreground">
        {t('newRun.forgottenText')}{' '}
        <span className="font-mono text-xs break-all">
          {service.gatewayUrl} · {service.host}
        </span>
      </p>
      {problem && <ProblemNotice problem={problem} />}
      <Button onClick={register} busy={busy}>
        {t('newRun.registerAgain')}
      </Button>
    </section>
  );
}
