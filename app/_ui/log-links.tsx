'use client';

import { ExternalLink } from 'lucide-react';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { type Run } from '@/lib/model/run';
import { logLinkOf } from '@/lib/model/log-link';
import { api } from './data/api';
import { useAsked } from './data/use-asked';
import { useWords } from './words/provider';

/** The address of the logs of a stretch of the run's clock; null: its service has no link to them. */
type LogsOf = (place: { fromMs: number; toMs: number; revision?: string | undefined }) => string | null;

const noLinks: LogsOf = () => null;
const Links = createContext<LogsOf>(noLinks);

/** Links by a template, of the newest revision where a stretch is of none. */
function linksBy({
  template,
  newest,
  originMs,
  ...service
}: {
  template: string;
  newest: string;
  originMs: number;
  name: string;
  namespace: string;
}): LogsOf {
  return ({ fromMs, toMs, revision = newest }) =>
    logLinkOf(template, {
      fromUnixMs: originMs + fromMs,
      toUnixMs: originMs + toMs,
      service: service.name,
      namespace: service.namespace,
      revision,
    });
}

/** Knows where the logs of a run are, by the template that its service has now; a reader of a link is told nothing. */
export function LogLinks({ run, isHidden, children }: { run: Run; isHidden: boolean; children: ReactNode }) {
  const { id, originMs, service } = run;
  const { name, namespace } = service;
  const { data } = useAsked(
    (signal) => api('GET /api/runs/{id}/log-link', { params: { id }, signal }),
    // The newest revision is known at the run's end.
    `${id} ${run.endedAtMs ?? ''}`,
    { wanted: !isHidden && originMs !== null },
  );
  const template = data?.template;
  const newest = data?.revision ?? '';
  const logsOf = useMemo(
    () =>
      template && originMs !== null ? linksBy({ template, newest, originMs, name, namespace }) : noLinks,
    [template, newest, originMs, name, namespace],
  );
  return <Links value={logsOf}>{children}</Links>;
}

/** A link to the logs of a stretch of the run's clock, `marginMs` more at both ends; nothing where there is none. */
export function LogLink({
  fromMs,
  toMs,
  revision,
  marginMs = 0,
}: {
  fromMs: number;
  toMs: number;
  revision?: string | undefined;
  marginMs?: number;
}) {
  const t = useWords();
  const href = useContext(Links)({ fromMs: fromMs - marginMs, toMs: toMs + marginMs, revision });
  if (href === null) return null;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      data-log-link
      title={new URL(href).host}
      className="inline-flex items-center gap-1 whitespace-nowrap text-info underline-offset-4 hover:underline print:hidden"
    >
      {t('logLink.open')}
      <ExternalLink aria-hidden className="size-3.5" />
    </a>
  );
}
