'use client';

import {
  BellRing,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleMinus,
  CircleX,
  MonitorDot,
  Pencil,
  Play,
  PlugZap,
  RefreshCw,
  Target,
  Trash2,
} from 'lucide-react';
import { cn } from '@/app/_ui/cn';
import { Link } from '@/app/_ui/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type Service } from '@/lib/model/run';
import { type WebhookShown } from '@/lib/model/webhook';
import { useAccess } from '@/app/_ui/access/provider';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useToast } from '@/app/_ui/toasts';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogClose, DialogContent } from '@/app/_ui/primitives/dialog';
import { type ConnectionCheck } from '@/lib/model/connection-check';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { AutoscalingDetails } from './autoscaling-details';
import { useNewMark } from '@/app/_ui/new-mark';
import { objectiveWords } from '@/app/_ui/verdict/objective-words';
import { useCertificateWords } from './certificate-words';
import { ObjectiveForm } from './objective-form';
import { RegisterForm } from './register-form';
import { useWebhookWords, WebhookForm } from './webhook-form';

/**
 * A registered service: where it is, whether a run could reach all of it, and how it scales. `isShort`: only its host is
 * told until it is opened; `isNew`: it was just made, so it is scrolled to and marked.
 */
export function ServiceCard({
  service,
  isShort,
  isNew,
  webhook,
  onWebhook,
}: {
  service: Service;
  isShort: boolean;
  isNew: boolean;
  /** Undefined: not known, or not this reader's to see. */
  webhook: WebhookShown | null | undefined;
  onWebhook: () => void;
}) {
  const t = useWords();
  const locale = useLocale();
  const { mayRun } = useAccess();
  const [checks, setChecks] = useState<ConnectionCheck[] | null>(null);
  const { busy, problem, attempt } = useAttempt();
  const [forgetting, setForgetting] = useState(false);
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const [notifying, setNotifying] = useState(false);
  const webhookWords = useWebhookWords();
  const certificates = useCertificateWords();
  const { mark, ...marked } = useNewMark<HTMLElement>(isNew);
  const router = useRouter();
  const toast = useToast();
  const params = { id: service.id };
  const test = (wakes: 'true' | 'false'): Promise<boolean> =>
    attempt(async () =>
      setChecks((await api('POST /api/services/{id}/test', { params, query: { wakes } })).checks),
    );
  const refresh = (): Promise<boolean> =>
    attempt(async () => {
      const { service: now } = await api('POST /api/services/{id}/refresh', { params });
      toast({
        text:
          JSON.stringify(now) === JSON.stringify(service)
            ? t('history.services.unchanged', { name: service.name })
            : t('history.services.refreshed', { name: service.name }),
      });
      setChecks(null);
      router.refresh();
    });
  const autoscalerClass = service.annotations['autoscaling.knative.dev/class']?.split('.')[0] ?? 'kpa';
  const asks = service.objective ? objectiveWords(service.objective, t, locale) : [];
  const facts: [string, string][] = [
    [
      t('verdicts.objective'),
      asks.length > 0 ? asks.join(t('common.listSeparator')) : t('verdicts.noneAsked'),
    ],
    [t('services.gateway'), service.gatewayUrl],
    [t('services.host'), service.host],
    [t('services.selector'), service.podSelector],
    ...(service.gatewayUnverified
      ? [[t('history.services.checks.tls'), t('services.unverified')] as [string, string]]
      : []),
    ...(service.gatewayClient
      ? [[t('history.services.checks.client'), certificates.fact(service.gatewayClient)] as [string, string]]
      : []),
    [t('services.metricsFrom'), service.gatewayMetricsUrl ?? t('services.littlesLaw')],
    ...(webhook === undefined ? [] : [[t('webhook.fact'), webhookWords(webhook)] as [string, string]]),
    ...(service.kubeContext === null
      ? []
      : [[t('services.fields.kubeContext'), service.kubeContext] as [string, string]]),
    ...(autoscalerClass === 'kpa' && service.concurrencyFrom === 'gateway'
      ? [
          [t('services.configFields.concurrencyFrom'), t('services.concurrencyFrom.gateway')] as [
            string,
            string,
          ],
        ]
      : []),
  ];
  return (
    <section
      {...marked}
      className={cn('panel min-w-0', mark)}
      aria-label={service.name}
      data-service={service.name}
    >
      <div className="flex flex-wrap items-start justify-between gap-3 p-4 sm:p-5">
        <div className="min-w-0">
          <h2
            className="truncate text-base font-semibold tracking-tight"
            title={`${service.namespace}/${service.name}`}
          >
            <span className="font-normal text-muted-foreground">{service.namespace}/</span>
            {service.name}
          </h2>
          <p className="mt-1.5 flex flex-wrap gap-1.5">
            <Badge tone="violet">{autoscalerClass.toUpperCase()}</Badge>
            <Badge>
              {t('services.fields.containerConcurrency')}{' '}
              {service.containerConcurrency === 0 ? t('services.unlimited') : service.containerConcurrency}
            </Badge>
            <Badge>{t(`services.origin.${service.origin}`)}</Badge>
          </p>
        </div>
        {mayRun && (
          <div className="flex flex-wrap gap-2">
            <Button size="sm" variant="ghost" onClick={() => setForgetting(true)}>
              <Trash2 />
              {t('services.forget')}
            </Button>
            <Button size="sm" variant="ghost" onClick={() => setEditing(true)}>
              <Pencil />
              {t('history.services.edit')}
            </Button>
            <Button size="sm" variant="ghost" onClick={() => setAsking(true)}>
              <Target />
              {t('verdicts.objective')}
            </Button>
            {webhook !== undefined && (
              <Button size="sm" variant="ghost" onClick={() => setNotifying(true)}>
                <BellRing />
                {t('webhook.title')}
              </Button>
            )}
            <Button
              size="sm"
              variant="ghost"
              busy={busy}
              title={t('history.services.refreshHint')}
              onClick={() => void refresh()}
            >
              <RefreshCw />
              {t('history.services.refresh')}
            </Button>
            <Button asChild size="sm">
              <Link href={`/services/${service.id}/board`}>
                <MonitorDot />
                {t('board.title')}
              </Link>
            </Button>
            <Button size="sm" busy={busy} onClick={() => void test('false')}>
              <PlugZap />
              {busy ? t('services.testing') : t('services.test')}
            </Button>
            <Button asChild size="sm" variant="primary">
              <Link href={`/runs/new?service=${service.id}`}>
                <Play />
                {t('services.loadTest')}
              </Link>
            </Button>
          </div>
        )}
      </div>
      {isShort ? (
        <details className="group border-t text-sm">
          <summary className="flex list-none items-center gap-1.5 px-4 py-2.5 select-none hover:bg-muted/50 sm:px-5">
            <ChevronRight
              aria-hidden
              className="size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
            />
            <span className="truncate font-mono text-[13px]" title={service.host}>
              {service.host}
            </span>
          </summary>
          <Facts facts={facts} />
        </details>
      ) : (
        <Facts facts={facts} />
      )}
      {checks && <Checks checks={checks} busy={busy} onWake={() => void test('true')} />}
      {problem && <ProblemNotice problem={problem} className="mx-4 mb-4 sm:mx-5" />}
      {/* Another containerConcurrency or annotation: another answer. */}
      <AutoscalingDetails
        key={JSON.stringify([
          service.annotations,
          service.containerConcurrency,
          service.concurrencyFrom,
          service.kubeContext,
        ])}
        serviceId={service.id}
      />
      <Dialog open={asking} onOpenChange={setAsking}>
        <DialogContent
          title={t('verdicts.objectiveOf', { name: service.name })}
          description={t('verdicts.objectiveText')}
          className="max-w-2xl"
        >
          <ObjectiveForm
            service={service}
            onDone={() => {
              setAsking(false);
              router.refresh();
            }}
          />
        </DialogContent>
      </Dialog>
      <Dialog open={notifying} onOpenChange={setNotifying}>
        <DialogContent
          title={t('webhook.titleOf', { name: service.name })}
          description={t('webhook.text')}
          className="max-w-2xl"
        >
          <WebhookForm
            service={service}
            saved={webhook ?? null}
            onChange={onWebhook}
            onDone={() => setNotifying(false)}
          />
        </DialogContent>
      </Dialog>
      {webhook?.last?.failure && (
        <p className="mx-4 mb-4 flex gap-2 text-sm text-warning sm:mx-5" data-webhook-failing>
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 break-words">{webhookWords(webhook)}</span>
        </p>
      )}
      <Dialog open={editing} onOpenChange={setEditing}>
        <DialogContent title={t('history.services.editTitle', { name: service.name })} className="max-w-2xl">
          <div className="mt-4">
            <RegisterForm
              service={service}
              onDone={() => {
                setEditing(false);
                setChecks(null);
                router.refresh();
              }}
            />
          </div>
        </DialogContent>
      </Dialog>
      <ForgetDialog service={service} open={forgetting} onOpenChange={setForgetting} />
    </section>
  );
}

function Facts({ facts }: { facts: readonly [string, string][] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-8 gap-y-2 px-4 pb-4 text-sm sm:grid-cols-2 sm:px-5">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-muted-foreground">{name}</dt>
          <dd className="line-clamp-2 font-mono text-[13px] wrap-anywhere" title={value}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Checks({
  checks,
  busy,
  onWake,
}: {
  checks: readonly ConnectionCheck[];
  busy: boolean;
  onWake: () => void;
}) {
  const t = useWords();
  const say = useSay();
  const names: Record<ConnectionCheck['name'], string> = {
    gateway: t('services.gateway'),
    name: t('history.services.checks.name'),
    tls: t('history.services.checks.tls'),
    protocol: t('history.services.checks.protocol'),
    client: t('history.services.checks.client'),
    ready: t('history.services.checks.ready'),
    host: t('services.host'),
    pods: t('services.selector'),
    concurrency: t('services.metricsFrom'),
    config: t('history.services.checks.config'),
    podautoscalers: t('history.services.checks.podautoscalers'),
    horizontalpodautoscalers: t('history.services.checks.horizontalpodautoscalers'),
    revisions: t('history.services.checks.revisions'),
    routes: t('history.services.checks.routes'),
    services: t('history.services.checks.services'),
    deployments: t('history.services.checks.deployments'),
    events: t('history.services.checks.events'),
    nodes: t('history.services.checks.nodes'),
    podmetrics: t('history.services.checks.podmetrics'),
    autoscaler: t('history.services.checks.autoscaler'),
    activator: t('history.services.checks.activator'),
    prometheus: t('history.services.checks.prometheus'),
  };
  return (
    <div role="status" className="mx-4 mb-4 sm:mx-5">
      <ul className="divide-y rounded-lg border text-sm">
        {checks.map((check) => (
          <li
            key={check.name}
            data-check={check.name}
            data-ok={check.ok}
            data-optional={check.optional}
            className="flex gap-2.5 px-3.5 py-2"
          >
            {check.ok ? (
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
            ) : check.optional || isUnasked(check) ? (
              <CircleMinus aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
            ) : (
              <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
            )}
            <div className="min-w-0">
              <p>
                <span className="font-medium">{names[check.name]}</span>{' '}
                {!isUnasked(check) && check.code !== 'no-http2' && (
                  <span className="text-muted-foreground">
                    {check.ok
                      ? t('services.works')
                      : check.optional
                        ? t('history.services.optional')
                        : t('services.fails')}
                    {t('common.colon')}
                  </span>
                )}
                <span className="break-words">
                  {check.why
                    ? say({ ...check.why, known: String(check.data.why) })
                    : t(`history.services.found.${check.code}`, check.data)}
                </span>
              </p>
              {isUnasked(check) ? (
                <Button size="sm" className="mt-1.5" busy={busy} onClick={onWake}>
                  {t('history.services.wake')}
                </Button>
              ) : (
                !check.ok &&
                isNeeded(check.name) &&
                !check.why?.code?.startsWith('reasons.client-certificate-') && (
                  <p className="mt-0.5 text-muted-foreground">{t(`history.services.fix.${check.name}`)}</p>
                )
              )}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** It was not asked, since that would start a pod, or might. */
function isUnasked({ code }: ConnectionCheck): boolean {
  return code === 'asleep' || code === 'pods-unknown';
}

type Needed = 'gateway' | 'host' | 'pods' | 'concurrency';
/** What a run needs; of all else its message says what is missing. */
function isNeeded(name: ConnectionCheck['name']): name is Needed {
  return name === 'gateway' || name === 'host' || name === 'pods' || name === 'concurrency';
}

function ForgetDialog({
  service,
  open,
  onOpenChange,
}: {
  service: Service;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useWords();
  const router = useRouter();
  const { busy, problem, attempt } = useAttempt();
  const forget = (): Promise<boolean> =>
    attempt(async () => {
      await api('DELETE /api/services/{id}', { params: { id: service.id } });
      onOpenChange(false);
      router.refresh();
    });
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title={t('services.forgetTitle', { name: service.name })}
        description={t('services.forgetText')}
      >
        {problem && <ProblemNotice problem={problem} className="mt-4" />}
        <div className="mt-5 flex justify-end gap-2">
          <DialogClose asChild>
            <Button>{t('common.cancel')}</Button>
          </DialogClose>
          <Button variant="solidDanger" busy={busy} onClick={forget}>
            {t('services.forget')}
          </Button>
        </div>
      </DialogContent>
    </Dialog>
  );
}
