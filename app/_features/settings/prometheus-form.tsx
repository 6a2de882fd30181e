'use client';

import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { toProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { ChangedMeanwhile, type ChangedField } from '@/app/_ui/changed-meanwhile';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input, Select, Textarea } from '@/app/_ui/primitives/field';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useToast } from '@/app/_ui/toasts';
import { useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import {
  prometheusAuthSchema,
  type PrometheusFound,
  type PrometheusInput,
  type PrometheusShown,
} from '@/lib/model/prometheus';

const none: PrometheusShown = { url: '', auth: 'none', user: '', hasSecret: false, ca: '', version: '' };
const fields = ['url', 'user', 'secret', 'ca'];

/** The Prometheus server that has what the autoscaler tells. Its secret goes to the server, and never comes back. */
export function PrometheusForm({ saved }: { saved: PrometheusShown | null }) {
  const t = useWords();
  const toast = useToast();
  const { busy, problem, attempt, errorOf, setProblem } = useAttempt();
  /** What another has set since it was shown here, and whether this one was to be removed. */
  const [meanwhile, setMeanwhile] = useState<{ now: PrometheusShown | null; isRemoving: boolean } | null>(
    null,
  );
  const [stored, setStored] = useState(saved);
  const [draft, setDraft] = useState(saved ?? none);
  const [secret, setSecret] = useState('');
  const [found, setFound] = useState<PrometheusFound | null>(null);
  const change = (part: Partial<PrometheusShown>): void => {
    setDraft((current) => ({ ...current, ...part }));
    setFound(null);
  };
  const input = (): PrometheusInput => ({
    url: draft.url.trim(),
    auth: draft.auth,
    user: draft.user.trim(),
    ca: draft.ca.trim(),
    ...(secret === '' ? {} : { secret }),
  });
  const show = (now: PrometheusShown | null): void => {
    setStored(now);
    setDraft(now ?? none);
    setSecret('');
    setFound(null);
    setMeanwhile(null);
    setProblem(null);
  };
  const set = (prometheus: PrometheusInput | null, seen = stored): Promise<boolean> =>
    attempt(async () => {
      const { prometheus: now } = await api('PUT /api/settings/prometheus', {
        body: { prometheus, version: seen?.version ?? null },
      }).catch(async (error: unknown) => {
        if (toProblem(error).code === 'problems.changed-meanwhile')
          setMeanwhile({
            now: (await api('GET /api/settings/prometheus')).prometheus,
            isRemoving: prometheus === null,
          });
        throw error;
      });
      show(now);
      toast({ text: now ? t('settings.prometheus.saved') : t('settings.prometheus.removed') });
    });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void set(input());
  };
  const test = (): Promise<boolean> =>
    attempt(async () => {
      setFound(null);
      setFound(await api('POST /api/settings/prometheus/test', { body: { prometheus: input() } }));
    });
  const differing = (now: PrometheusShown): ChangedField[] => {
    const isGiven = (given: boolean): string =>
      given ? t('changedMeanwhile.given') : t('changedMeanwhile.notGiven');
    const { url, auth, user, ca } = input();
    const differs = (label: string, theirs: string, yours: string): ChangedField[] =>
      theirs === yours ? [] : [{ label, now: theirs || isGiven(false), yours: yours || isGiven(false) }];
    return [
      ...differs(t('settings.prometheus.url'), now.url, url),
      ...differs(
        t('settings.prometheus.auth'),
        t(`settings.prometheus.auths.${now.auth}`),
        t(`settings.prometheus.auths.${auth}`),
      ),
      ...(auth === 'basic' ? differs(t('settings.prometheus.user'), now.user, user ?? '') : []),
      ...(secret === ''
        ? []
        : [
            {
              label: auth === 'basic' ? t('settings.prometheus.password') : t('settings.prometheus.token'),
              now: isGiven(now.hasSecret),
              yours: t('changedMeanwhile.typed'),
            },
          ]),
      ...(now.ca === ca
        ? []
        : [
            {
              label: t('settings.prometheus.ca'),
              now: isGiven(now.ca !== ''),
              yours: ca ? t('changedMeanwhile.typed') : isGiven(false),
            },
          ]),
    ];
  };
  const error = (name: string): string | undefined => errorOf(`prometheus.${name}`);
  const props = (name: string, hint?: unknown) => describedBy(`prometheus-${name}`, error(name), hint);
  return (
    <form onSubmit={save} noValidate className="space-y-4">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field
          id="prometheus-url"
          label={t('settings.prometheus.url')}
          hint={t('settings.prometheus.urlHint')}
          error={error('url')}
          className="sm:col-span-2"
        >
          <Input
            spellCheck={false}
            inputMode="url"
            value={draft.url}
            onChange={(event) => change({ url: event.target.value })}
            {...props('url', true)}
          />
        </Field>
        <Field id="prometheus-auth" label={t('settings.prometheus.auth')}>
          <Select
            id="prometheus-auth"
            value={draft.auth}
            onChange={(event) => change({ auth: prometheusAuthSchema.parse(event.target.value) })}
          >
            {prometheusAuthSchema.options.map((auth) => (
              <option key={auth} value={auth}>
                {t(`settings.prometheus.auths.${auth}`)}
              </option>
            ))}
          </Select>
        </Field>
        {draft.auth === 'basic' && (
          <Field id="prometheus-user" label={t('settings.prometheus.user')} error={error('user')}>
            <Input
              spellCheck={false}
              autoComplete="off"
              value={draft.user}
              onChange={(event) => change({ user: event.target.value })}
              {...props('user')}
            />
          </Field>
        )}
        {draft.auth !== 'none' && (
          <Field
            id="prometheus-secret"
            label={
              draft.auth === 'basic' ? t('settings.prometheus.password') : t('settings.prometheus.token')
            }
            hint={stored?.hasSecret ? t('settings.prometheus.kept') : undefined}
            error={error('secret')}
          >
            <Input
              type="password"
              autoComplete="off"
              placeholder={stored?.hasSecret ? '••••••••' : undefined}
              value={secret}
              onChange={(event) => {
                setSecret(event.target.value);
                setFound(null);
              }}
              {...props('secret', stored?.hasSecret)}
            />
          </Field>
        )}
        <Field
          id="prometheus-ca"
          label={t('settings.prometheus.ca')}
          hint={t('settings.prometheus.caHint')}
          error={error('ca')}
          className="sm:col-span-2"
        >
          <Textarea
            rows={draft.ca === '' ? 2 : 5}
            spellCheck={false}
            className="font-mono text-xs"
            placeholder="-----BEGIN CERTIFICATE-----"
            value={draft.ca}
            onChange={(event) => change({ ca: event.target.value })}
            {...props('ca', true)}
          />
        </Field>
      </div>
      <div role="status">{found && <Found found={found} />}</div>
      {meanwhile ? (
        <ChangedMeanwhile
          fields={differing(meanwhile.now ?? none)}
          isRemoved={meanwhile.now === null}
          isRemoving={meanwhile.isRemoving}
          busy={busy}
          onLoad={() => show(meanwhile.now)}
          onReplace={() => void set(meanwhile.isRemoving ? null : input(), meanwhile.now)}
        />
      ) : (
        problem && !fields.some((name) => error(name) !== undefined) && <ProblemNotice problem={problem} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={draft.url.trim() === ''}>
          {t('common.save')}
        </Button>
        <Button busy={busy} disabled={draft.url.trim() === ''} onClick={() => void test()}>
          {t('settings.prometheus.test')}
        </Button>
        {stored && (
          <Button variant="ghost" busy={busy} onClick={() => void set(null)}>
            {t('settings.prometheus.remove')}
          </Button>
        )}
      </div>
    </form>
  );
}

function Found({ found: { version, revisions, newestSeconds, why, whyCode } }: { found: PrometheusFound }) {
  const t = useWords();
  const say = useSay();
  return (
    <p data-ok={why === null} className="flex gap-2 rounded-lg border bg-muted/50 px-3.5 py-2.5 text-sm">
      {why === null ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
      ) : (
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      )}
      <span className="min-w-0 break-words">
        {why === null
          ? t('settings.prometheus.works', {
              version: version ?? '',
              revisions,
              seconds: newestSeconds ?? 0,
            })
          : t('settings.prometheus.fails', { why: whyCode ? say({ ...whyCode, known: why }) : why })}
      </span>
    </p>
  );
}
