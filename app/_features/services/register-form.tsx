'use client';

import { useState, type FormEvent } from 'react';
import { type Service } from '@/lib/model/run';
import { isTls } from '@/lib/model/target';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input, Select, Textarea } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { type ServiceInput } from '@/lib/model/service-input';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { parseAnnotations } from '@/app/_ui/annotations-text';
import { logLinkOf, logLinkSchema } from '@/lib/model/log-link';
import {
  ClientCertificateFields,
  type ClientChoice,
  clientInput,
  noClient,
} from './client-certificate-fields';
import { ContextField } from './context-field';
import { OfferedTargetsChooser } from './offered-targets';

const empty = {
  name: '',
  namespace: 'default',
  gatewayUrl: '',
  host: '',
  podSelector: '',
  containerConcurrency: '0',
  gatewayMetricsUrl: '',
  gatewayCluster: '',
  gatewayCa: '',
  logLink: '',
  annotations: '',
};
type FieldName = keyof typeof empty;
/** What stands below the others, as wide as the form. */
const isBelow = (name: FieldName): boolean =>
  name === 'annotations' || name === 'logLink' || name === 'gatewayCa';
/** What the cluster is asked by. */
const isAbove = (name: FieldName): boolean => name === 'name' || name === 'namespace';
const chosen: Pick<Service, 'kubeContext' | 'concurrencyFrom' | 'gatewayUnverified'> = {
  gatewayUnverified: false,
  kubeContext: null,
  concurrencyFrom: 'knative',
};

function valuesOf(service: Service): typeof empty {
  const { name, namespace, gatewayUrl, host, podSelector } = service;
  const { gatewayMetricsUrl, gatewayCluster, annotations, containerConcurrency } = service;
  const texts = Object.entries(annotations).map(([name, value]) => `${name}: ${value}`);
  return {
    name,
    namespace,
    gatewayUrl,
    host,
    podSelector,
    containerConcurrency: `${containerConcurrency}`,
    gatewayMetricsUrl: gatewayMetricsUrl ?? '',
    gatewayCluster: gatewayCluster ?? '',
    logLink: service.logLink ?? '',
    gatewayCa: service.gatewayCa ?? '',
    annotations: texts.join('\n'),
  };
}

/** Registers a service whose cluster cannot be asked, or changes `service`. What was typed stays when the server refuses it. */
export function RegisterForm({
  service: edited,
  onDone,
}: {
  service?: Service;
  onDone: (service: Service) => void;
}) {
  const t = useWords();
  const [values, setValues] = useState(() => (edited ? valuesOf(edited) : empty));
  const [choices, setChoices] = useState(() => edited ?? chosen);
  const [client, setClient] = useState<ClientChoice>(() => (edited?.gatewayClient ? 'keep' : noClient));
  const { busy, problem, errorOf, attempt } = useAttempt();
  const prefix = edited ? 'edit' : 'service';

  const hints: Partial<Record<FieldName, string>> = {
    gatewayUrl: t('services.fields.gatewayUrlHint'),
    host: t('services.fields.hostHint'),
    podSelector: t('services.fields.podSelectorHint'),
    containerConcurrency: t('services.fields.containerConcurrencyHint'),
    gatewayMetricsUrl: t('services.fields.gatewayMetricsUrlHint'),
    gatewayCluster: t('services.fields.gatewayClusterHint'),
    gatewayCa: t('services.fields.gatewayCaHint'),
    annotations: t('services.fields.annotationsHint'),
    logLink: t('services.fields.logLinkHint'),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void attempt(async () => {
      const input: ServiceInput = {
        name: values.name.trim(),
        namespace: values.namespace.trim(),
        gatewayUrl: values.gatewayUrl.trim(),
        host: values.host.trim(),
        ...(values.podSelector.trim() === '' ? {} : { podSelector: values.podSelector.trim() }),
        containerConcurrency:
          values.containerConcurrency.trim() === '' ? NaN : Number(values.containerConcurrency),
        annotations: parseAnnotations(values.annotations),
        gatewayMetricsUrl: values.gatewayMetricsUrl.trim() || null,
        gatewayCluster: values.gatewayCluster.trim() || null,
        logLink: values.logLink.trim() || null,
        gatewayCa: values.gatewayCa.trim() || null,
        gatewayUnverified: choices.gatewayUnverified ?? false,
        ...clientInput(client),
        kubeContext: choices.kubeContext,
        concurrencyFrom: choices.concurrencyFrom,
      };
      const { service } = edited
        ? await api('PUT /api/services/{id}', { params: { id: edited.id }, body: input })
        : await api('POST /api/services', { body: input });
      if (!edited) {
        setValues(empty);
        setChoices(chosen);
        setClient(noClient);
      }
      onDone(service);
    });
  };
  const field = (name: FieldName) => {
    const id = `${prefix}-${name}`;
    const error = errorOf(name);
    const props = {
      value: values[name],
      onChange: (event: { target: { value: string } }) =>
        setValues((current) => ({ ...current, [name]: event.target.value })),
      ...describedBy(id, error, hints[name]),
    };
    return (
      <Field
        key={name}
        id={id}
        label={t(`services.fields.${name}`)}
        hint={hints[name]}
        error={error}
        className={isBelow(name) ? 'sm:col-span-2' : ''}
      >
        {name === 'annotations' || name === 'gatewayCa' ? (
          <Textarea rows={3} spellCheck={false} className="font-mono text-xs" {...props} />
        ) : (
          <Input
            spellCheck={false}
            inputMode={name === 'containerConcurrency' ? 'numeric' : 'text'}
            {...props}
          />
        )}
        {name === 'logLink' && <LogLinkPreview values={values} />}
      </Field>
    );
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        {field('name')}
        {field('namespace')}
        <OfferedTargetsChooser
          name={values.name.trim()}
          namespace={values.namespace.trim()}
          kubeContext={choices.kubeContext}
          onHost={({ host }) => setValues((current) => ({ ...current, host }))}
          onGateway={({ url, ca }) =>
            setValues((current) => ({ ...current, gatewayUrl: url, gatewayCa: ca ?? current.gatewayCa }))
          }
        />
        {(Object.keys(empty) as FieldName[]).filter((name) => !isBelow(name) && !isAbove(name)).map(field)}
        <ContextField
          id={`${prefix}-kubeContext`}
          value={choices.kubeContext}
          error={errorOf('kubeContext')}
          onChange={(kubeContext) => setChoices((current) => ({ ...current, kubeContext }))}
        />
        <Field
          id={`${prefix}-concurrencyFrom`}
          label={t('services.fields.concurrencyFrom')}
          hint={t('services.fields.concurrencyFromHint')}
        >
          <Select
            value={choices.concurrencyFrom}
            onChange={({ target }) =>
              setChoices((current) => ({
                ...current,
                concurrencyFrom: target.value === 'gateway' ? 'gateway' : 'knative',
              }))
            }
            {...describedBy(`${prefix}-concurrencyFrom`, undefined, true)}
          >
            {(['knative', 'gateway'] as const).map((from) => (
              <option key={from} value={from}>
                {t(`services.concurrencyFrom.${from}`)}
              </option>
            ))}
          </Select>
        </Field>
        {isTls(values.gatewayUrl.trim()) && (
          <>
            {field('gatewayCa')}
            <label className="flex gap-2.5 text-sm sm:col-span-2">
              <input
                type="checkbox"
                className="mt-1 size-4 shrink-0 accent-[var(--primary)]"
                checked={choices.gatewayUnverified ?? false}
                onChange={({ target }) =>
                  setChoices((current) => ({ ...current, gatewayUnverified: target.checked }))
                }
              />
              <span>
                {t('services.fields.gatewayUnverified')}
                <span className="block text-xs text-muted-foreground">
                  {t('services.fields.gatewayUnverifiedHint')}
                </span>
              </span>
            </label>
            <ClientCertificateFields
              prefix={prefix}
              kept={edited?.gatewayClient}
              choice={client}
              onChange={setClient}
              errorOf={errorOf}
            />
          </>
        )}
        {field('logLink')}
        {field('annotations')}
      </div>
      {problem &&
        !problem.errors.some(
          ({ path }) => path in empty || path in chosen || path.startsWith('gatewayClient.'),
        ) && <ProblemNotice problem={problem} />}
      <Button type="submit" variant="primary" busy={busy}>
        {edited ? t('common.save') : t('services.register')}
      </Button>
    </form>
  );
}

/** The link to logs as it would be of the last five minutes. */
function LogLinkPreview({ values: { logLink, name, namespace } }: { values: typeof empty }) {
  const t = useWords();
  const [nowMs] = useState(() => Date.now());
  const template = logLinkSchema.safeParse(logLink);
  if (!template.success || logLink.trim() === '') return null;
  const href = logLinkOf(template.data, {
    fromUnixMs: nowMs - 300_000,
    toUnixMs: nowMs,
    service: name,
    namespace,
    revision: `${name}-00001`,
  });
  return (
    <p className="mt-1.5 text-xs text-muted-foreground" data-log-link-preview>
      {t('logLink.preview')}{' '}
      <a
        href={href}
        target="_blank"
        rel="noopener noreferrer"
        className="font-mono break-all text-info underline-offset-4 hover:underline"
      >
        {href}
      </a>
    </p>
  );
}
