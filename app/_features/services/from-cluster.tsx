'use client';

import { Download, Search } from 'lucide-react';
import { useState } from 'react';
import { type Service } from '@/lib/model/run';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { api } from '@/app/_ui/data/api';
import { type ApiAnswer } from '@/lib/api/client';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { ContextField } from './context-field';

type DiscoveredService = ApiAnswer<'GET /api/services/discover'>['services'][number];

/** Takes over Knative Services that the cluster has. */
export function FromCluster({
  services,
  onDone,
}: {
  services: readonly Service[];
  onDone: (service: Service) => void;
}) {
  const t = useWords();
  const [found, setFound] = useState<DiscoveredService[] | null>(null);
  const [kubeContext, setKubeContext] = useState<string | null>(null);
  const { busy, problem, attempt } = useAttempt();
  const known = (one: DiscoveredService): boolean =>
    services.some(
      (service) =>
        service.name === one.name &&
        service.namespace === one.namespace &&
        service.kubeContext === one.kubeContext,
    );
  const discover = (): Promise<boolean> =>
    attempt(async () => {
      setFound(null);
      const query = kubeContext === null ? {} : { kubeContext };
      setFound((await api('GET /api/services/discover', { query })).services);
    });
  return (
    <div className="space-y-3">
      <ContextField
        id="discover-kubeContext"
        value={kubeContext}
        onlyIfMany
        onChange={(context) => {
          setKubeContext(context);
          setFound(null);
        }}
      />
      <Button busy={busy} onClick={() => void discover()}>
        <Search />
        {busy ? t('services.discovering') : t('services.discover')}
      </Button>
      {problem && <ProblemNotice problem={problem} />}
      {found?.length === 0 && <p className="text-sm text-muted-foreground">{t('services.noneFound')}</p>}
      {found && found.length > 0 && (
        <ul className="divide-y rounded-lg border">
          {found.map((one) => (
            <li
              key={`${one.namespace}/${one.name}`}
              className="flex items-center justify-between gap-3 px-3.5 py-2.5"
            >
              <div className="min-w-0">
                <p className="truncate text-sm font-medium" title={`${one.namespace}/${one.name}`}>
                  {one.namespace}/{one.name}
                </p>
                <p className="truncate font-mono text-xs text-muted-foreground" title={one.host}>
                  {one.host}
                </p>
              </div>
              {known(one) ? (
                <Badge tone="success">{t('services.imported')}</Badge>
              ) : (
                <Button
                  size="sm"
                  busy={busy}
                  onClick={() =>
                    attempt(async () => {
                      const { origin: _origin, gatewayClient: _none, ...service } = one;
                      onDone((await api('POST /api/services', { body: service })).service);
                    })
                  }
                >
                  <Download />
                  {t('services.importOne')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
