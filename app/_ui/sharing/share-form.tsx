'use client';

import { useState, type FormEvent } from 'react';
import { type ShareKind } from '@/lib/model/share-link';
import { formText } from '@/app/_ui/form-text';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input, Select } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { ShareList } from './share-list';
import { viewWords } from './view-words';

const hourMs = 3_600_000;
const lengthsMs = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs };
type Expiry = 'never' | keyof typeof lengthsMs | 'custom';
const shownFields = ['title', 'expiresAtMs', 'password'];

/** Makes a link to what the page shows, and lists the links that there are. */
export function ShareForm({ kind, runs }: { kind: ShareKind; runs: readonly string[] }) {
  const t = useWords();
  const [search] = useState(() => window.location.search);
  const [expiry, setExpiry] = useState<Expiry>('week');
  const [created, setCreated] = useState<string | null>(null);
  const { busy, problem: refused, errorOf, attempt } = useAttempt();
  const key = runs.join(',');
  const listed = useAsked((signal) => api('GET /api/shares', { query: { runs: key }, signal }), key);
  const problem = refused ?? listed.problem;

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    void attempt(async () => {
      const expiresAtMs =
        expiry === 'never'
          ? null
          : expiry === 'custom'
            ? momentOf(formText(data, 'expiresAt'))
            : Date.now() + lengthsMs[expiry];
      const { share: link } = await api('POST /api/shares', {
        body: {
          runs: [...runs],
          title: formText(data, 'title'),
          search,
          notes: data.get('notes') !== null,
          expiresAtMs,
          password: formText(data, 'password') || null,
        },
      });
      listed.retry();
      setCreated(link.id);
      form.reset();
      setExpiry('week');
    });
  };
  const revoke = async (id: string): Promise<void> => {
    await attempt(async () => {
      await api('DELETE /api/shares/{id}', { params: { id } });
      listed.retry();
    });
  };

  return (
    <div className="mt-4 space-y-5">
      <form onSubmit={submit} noValidate className="space-y-4">
        <p className="rounded-lg bg-muted/60 px-3.5 py-2 text-sm">
          {t('share.view', { view: viewWords(search, t) })}
        </p>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            id="share-title"
            label={t('share.name')}
            hint={t('share.nameHint')}
            error={errorOf('title')}
            className="sm:col-span-2"
          >
            <Input
              name="title"
              maxLength={200}
              {...describedBy('share-title', errorOf('title'), t('share.nameHint'))}
            />
          </Field>
          <div className="space-y-4">
            <Field
              id="share-expires"
              label={t('share.expires')}
              error={expiry === 'custom' ? undefined : errorOf('expiresAtMs')}
            >
              <Select
                value={expiry}
                onChange={(event) => setExpiry(event.target.value as Expiry)}
                {...describedBy('share-expires', expiry === 'custom' ? undefined : errorOf('expiresAtMs'))}
              >
                {(['hour', 'day', 'week', 'month'] as const).map((length) => (
                  <option key={length} value={length}>
                    {t(`share.expiresIn.${length}`)}
                  </option>
                ))}
                <option value="never">{t('share.expiresNever')}</option>
                <option value="custom">{t('share.expiresIn.custom')}</option>
              </Select>
            </Field>
            {expiry === 'custom' && (
              <Field id="share-expires-at" label={t('share.expiresAt')} error={errorOf('expiresAtMs')}>
                <Input
                  name="expiresAt"
                  type="datetime-local"
                  step={1}
                  {...describedBy('share-expires-at', errorOf('expiresAtMs'))}
                />
              </Field>
            )}
          </div>
          <Field
            id="share-password"
            label={t('share.password')}
            hint={t('share.passwordHint')}
            error={errorOf('password')}
          >
            <Input
              name="password"
              type="password"
              autoComplete="new-password"
              maxLength={200}
              {...describedBy('share-password', errorOf('password'), t('share.passwordHint'))}
            />
          </Field>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3">
          {kind === 'run' ? (
            <label className="flex items-center gap-2 text-sm">
              <input type="checkbox" name="notes" className="size-4 accent-primary" />
              {t('share.notes')}
            </label>
          ) : (
            <span />
          )}
          <Button type="submit" variant="primary" busy={busy}>
            {t('share.create')}
          </Button>
        </div>
        {problem && !problem.errors.some(({ path }) => shownFields.includes(path)) && (
          <ProblemNotice problem={problem} shownFields={shownFields} />
        )}
      </form>
      <ShareList links={listed.data?.shares ?? null} created={created} onRevoke={revoke} />
    </div>
  );
}

/** A moment of the reader's zone in Unix ms; one that is not given is past, so that the server says so at the field. */
function momentOf(text: string): number {
  const atMs = new Date(text).getTime();
  return Number.isNaN(atMs) ? 1 : atMs;
}
