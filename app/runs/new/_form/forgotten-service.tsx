'use client';

import { Unplug } from 'lucide-react';
import { useState } from 'react';
import { type Service } from '@/lib/timeline/run';
import { ProblemNotice } from '../../../_components/problem-notice';
import { Button } from '../../../_components/ui/button';
import { toProblem, type ApiProblem } from '../../../_data/http';
import { registerService } from '../../../_data/services';
import { useDictionary } from '../../../_i18n/provider';

/** Says that the service of the run to be repeated is no longer registered, and registers it again as it was then. */
export function ForgottenService({ service, onRegistered }: { service: Service; onRegistered: (service: Service) => void }) {
  const t = useDictionary();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const register = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const { id: _id, origin: _origin, ...input } = service;
      onRegistered(await registerService(input));
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return (
    <section data-forgotten-service className="panel space-y-3 px-4 py-3.5 text-sm">
      <h2 className="flex items-center gap-2 font-semibold">
        <Unplug aria-hidden className="size-4 shrink-0 text-muted-foreground" />
        {t.newRun.forgotten(`${service.namespace}/${service.name}`)}
      </h2>
      <p className="text-muted-foreground">
        {t.newRun.forgottenText} <span className="font-mono text-xs break-all">{service.gatewayUrl} · {service.host}</span>
      </p>
      {problem && <ProblemNotice problem={problem} />}
      <Button onClick={register} disabled={busy}>
        {t.newRun.registerAgain}
      </Button>
    </section>
  );
}
