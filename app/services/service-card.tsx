'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type Service } from '@/lib/timeline/run';
import { ProblemNotice } from '../_components/problem-notice';
import { Button } from '../_components/ui/button';
import { toProblem, sendJson, type ApiProblem } from '../_data/http';
import { testService, type ConnectionCheck } from '../_data/services';
import { useDictionary } from '../_i18n/provider';
import { z } from 'zod';

/** A registered service: where it is, whether a run could reach all of it, and what to do with it. */
export function ServiceCard({ service }: { service: Service }) {
  const t = useDictionary();
  const router = useRouter();
  const [checks, setChecks] = useState<ConnectionCheck[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    await action().catch((error: unknown) => setProblem(toProblem(error)));
    setBusy(false);
  };
  const forget = async (): Promise<void> => {
    if (!window.confirm(`${t.services.forgetTitle(service.name)} ${t.services.forgetText}`)) return;
    await sendJson('DELETE', `/api/services/${service.id}`, undefined, z.null());
    router.refresh();
  };
  const facts: [string, string][] = [
    [t.services.gateway, service.gatewayUrl],
    [t.services.host, service.host],
    [t.services.selector, service.podSelector],
    [t.services.fields.containerConcurrency, service.containerConcurrency === 0 ? t.services.unlimited : `${service.containerConcurrency}`],
    [t.services.metricsFrom, service.gatewayMetricsUrl ?? t.services.littlesLaw],
    ...Object.entries(service.annotations),
  ];
  return (
    <section className="panel p-4" aria-label={service.name}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="min-w-0 truncate text-base font-semibold" title={service.name}>
          {service.namespace}/{service.name}
        </h2>
        <div className="flex flex-wrap gap-2">
          <Button size="sm" disabled={busy} onClick={() => attempt(async () => setChecks(await testService(service.id)))}>
            {busy ? t.services.testing : t.services.test}
          </Button>
          <Button size="sm" onClick={() => attempt(forget)}>
            {t.services.forget}
          </Button>
          <Button asChild size="sm" variant="primary">
            <Link href={`/runs/new?service=${service.id}`}>{t.services.loadTest}</Link>
          </Button>
        </div>
      </div>
      <dl className="mt-3 grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
        {facts.map(([name, value]) => (
          <div key={name} className="flex min-w-0 justify-between gap-3">
            <dt className="truncate text-muted-foreground" title={name}>{name}</dt>
            <dd className="truncate font-medium" title={value}>{value}</dd>
          </div>
        ))}
      </dl>
      {checks && (
        <ul className="mt-3 space-y-1 border-t pt-3 text-sm">
          {checks.map((check) => (
            <li key={check.name}>
              {check.ok ? '✓' : '✗'} <strong>{check.name}</strong> {check.ok ? t.services.works : t.services.fails}: {check.detail} {check.fix}
            </li>
          ))}
        </ul>
      )}
      {problem && <ProblemNotice problem={problem} className="mt-3" />}
    </section>
  );
}
