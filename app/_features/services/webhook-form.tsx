'use client';

import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { toProblem } from '@/lib/api/api-problem';
import { type ApiAnswer } from '@/lib/api/client';
import { type Service } from '@/lib/model/run';
import {
  webhookFormatSchema,
  webhookWhenSchema,
  type WebhookInput,
  type WebhookShown,
} from '@/lib/model/webhook';
import { api } from '@/app/_ui/data/api';
import { ChangedMeanwhile, type ChangedField } from '@/app/_ui/changed-meanwhile';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input, Select } from '@/app/_ui/primitives/field';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useToast } from '@/app/_ui/toasts';
import { useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';

type Tested = ApiAnswer<'POST /api/services/{id}/webhook/test'>;
const fields = ['url', 'secret'];
const unset = { format: 'json', when: 'always' } as const;

/** The webhook of a service. Its address and secret go to the server, and never come back. */
export function WebhookForm({
  service,
  saved,
  onChange,
  onDone,
}: {
  service: Service;
  saved: WebhookShown | null;
  onChange: () => void;
  onDone: () => void;
}) {
  const t = useWords();
  const say = useSay();
  const toast = useToast();
  const { busy, problem, attempt, errorOf, setProblem } = useAttempt();
  const [seen, setSeen] = useState(saved);
  /** What another has set since it was shown here, and whether this one was to be removed. */
  const [meanwhile, setMeanwhile] = useState<{ now: WebhookShown | null; isRemoving: boolean } | null>(null);
  const [url, setUrl] = useState('');
  const [secret, setSecret] = useState('');
  const [choices, setChoices] = useState<Pick<WebhookInput, 'format' | 'when'>>(saved ?? unset);
  const [tested, setTested] = useState<Tested | null>(null);
  const params = { id: service.id };
  const { format, when } = choices;
  const webhook = (): WebhookInput => ({
    format,
    when,
    ...(url.trim() === '' ? {} : { url: url.trim() }),
    ...(secret === '' ? {} : { secret }),
  });
  const show = (now: WebhookShown | null): void => {
    setSeen(now);
    setUrl('');
    setSecret('');
    setChoices(now ?? unset);
    setTested(null);
    setMeanwhile(null);
    setProblem(null);
  };
  const set = (input: WebhookInput | null, over = seen): Promise<boolean> =>
    attempt(async () => {
      await (
        input === null
          ? api('DELETE /api/services/{id}/webhook', { params, query: over ? { version: over.version } : {} })
          : api('PUT /api/services/{id}/webhook', {
              params,
              body: { webhook: input, version: over?.version ?? null },
            })
      ).catch(async (error: unknown) => {
        if (toProblem(error).code === 'problems.changed-meanwhile') {
          const { webhooks } = await api('GET /api/services/webhooks');
          setMeanwhile({ now: webhooks[service.id] ?? null, isRemoving: input === null });
          onChange();
        }
        throw error;
      });
      toast({ text: input ? t('webhook.saved') : t('webhook.removed') });
      onChange();
      onDone();
    });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void set(webhook());
  };
  const test = (): Promise<boolean> =>
    attempt(async () => {
      setTested(null);
      setTested(await api('POST /api/services/{id}/webhook/test', { params, body: { webhook: webhook() } }));
    });
  const differing = (now: WebhookShown | null): ChangedField[] => {
    const nothing = t('changedMeanwhile.notGiven');
    const host = now?.host ?? nothing;
    return [
      ...(url.trim() === '' && host === seen?.host
        ? []
        : [
            {
              label: t('webhook.url'),
              now: host,
              yours: url.trim() === '' ? t('changedMeanwhile.asNow') : url.trim(),
            },
          ]),
      ...(now?.format === format
        ? []
        : [
            {
              label: t('webhook.format'),
              now: now ? t(`webhook.formats.${now.format}`) : nothing,
              yours: t(`webhook.formats.${format}`),
            },
          ]),
      ...(now?.when === when
        ? []
        : [
            {
              label: t('webhook.when'),
              now: now ? t(`webhook.whens.${now.when}`) : nothing,
              yours: t(`webhook.whens.${when}`),
            },
          ]),
      ...(secret === ''
        ? []
        : [
            {
              label: t('webhook.secret'),
              now: now?.hasSecret ? t('changedMeanwhile.given') : nothing,
              yours: t('changedMeanwhile.typed'),
            },
          ]),
    ];
  };
  const error = (name: string): string | undefined => errorOf(`webhook.${name}`);
  const isNothing = url.trim() === '' && seen === null;
  const text = (
    name: 'url' | 'secret',
    hint: string,
    value: string,
    set: (value: string) => void,
    className = '',
  ) => (
    <Field
      id={`webhook-${name}`}
      label={t(`webhook.${name}`)}
      hint={hint}
      error={error(name)}
      className={className}
    >
      <Input
        type={name === 'secret' ? 'password' : 'text'}
        inputMode={name === 'url' ? 'url' : 'text'}
        spellCheck={false}
        autoComplete="off"
        value={value}
        placeholder={name === 'url' && seen === null ? 'https://' : undefined}
        onChange={(event) => {
          set(event.target.value);
          setTested(null);
        }}
        {...describedBy(`webhook-${name}`, error(name), hint)}
      />
    </Field>
  );
  return (
    <form onSubmit={save} noValidate className="mt-4 space-y-4">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        {text(
          'url',
          seen ? t('webhook.urlSet', { host: seen.host }) : t('webhook.urlHint'),
          url,
          setUrl,
          'sm:col-span-2',
        )}
        <Field id="webhook-format" label={t('webhook.format')}>
          <Select
            id="webhook-format"
            value={format}
            onChange={({ target }) => setChoices({ when, format: webhookFormatSchema.parse(target.value) })}
          >
            {webhookFormatSchema.options.map((one) => (
              <option key={one} value={one}>
                {t(`webhook.formats.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field id="webhook-when" label={t('webhook.when')}>
          <Select
            id="webhook-when"
            value={when}
            onChange={({ target }) => setChoices({ format, when: webhookWhenSchema.parse(target.value) })}
          >
            {webhookWhenSchema.options.map((one) => (
              <option key={one} value={one}>
                {t(`webhook.whens.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        {text(
          'secret',
          seen?.hasSecret ? t('webhook.secretSet') : t('webhook.secretHint'),
          secret,
          setSecret,
          'sm:col-span-2',
        )}
      </div>
      <div role="status">
        {tested && (
          <p
            data-ok={tested.why === null}
            className="flex gap-2 rounded-lg border bg-muted/50 px-3.5 py-2.5 text-sm"
          >
            {tested.why === null ? (
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
            ) : (
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
            )}
            <span className="min-w-0 break-words">
              {tested.why === null
                ? t('webhook.taken')
                : t('webhook.refused', { why: say({ ...tested.why, known: tested.why.text }) })}
            </span>
          </p>
        )}
      </div>
      {meanwhile ? (
        <ChangedMeanwhile
          fields={differing(meanwhile.now)}
          isRemoved={meanwhile.now === null}
          isRemoving={meanwhile.isRemoving}
          busy={busy}
          onLoad={() => show(meanwhile.now)}
          onReplace={() => void set(meanwhile.isRemoving ? null : webhook(), meanwhile.now)}
        />
      ) : (
        problem && !fields.some((name) => error(name) !== undefined) && <ProblemNotice problem={problem} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={isNothing}>
          {t('common.save')}
        </Button>
        <Button busy={busy} disabled={isNothing} onClick={() => void test()}>
          {t('webhook.test')}
        </Button>
        {seen && (
          <Button variant="ghost" busy={busy} onClick={() => void set(null)}>
            {t('webhook.remove')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** Where verdicts are sent and how the last sending went, in words; what failed with what to do. */
export function useWebhookWords(): (webhook: WebhookShown | null) => string {
  const t = useWords();
  const say = useSay();
  return (webhook) => {
    if (!webhook) return t('webhook.unset');
    const { format, host, when, last } = webhook;
    const where = { format: t(`webhook.formats.${format}`), host };
    const set = when === 'failed' ? t('webhook.setFailed', where) : t('webhook.set', where);
    const failure = last?.failure ? say({ ...last.failure, known: last.failure.text }) : null;
    const state = !last
      ? t('webhook.none')
      : last.state === 'delivered'
        ? t('webhook.delivered')
        : failure === null
          ? t('webhook.due')
          : t(`webhook.${last.state}`, { attempts: last.attempts, why: failure });
    return `${set} · ${state}`;
  };
}
