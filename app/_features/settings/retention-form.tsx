'use client';

import { nameIn } from '@/lib/words/words';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent, type ReactNode } from 'react';
import { type Retention } from '@/lib/store/settings';
import { useAccess } from '@/app/_ui/access/provider';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useToast } from '@/app/_ui/toasts';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input } from '@/app/_ui/primitives/field';
import { errorAt } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';

interface Draft {
  thins: boolean;
  thinDays: string;
  stepSeconds: string;
  removes: boolean;
  removeDays: string;
}

/** What becomes of old runs, with what it would do now before it is saved. */
export function RetentionForm({ saved }: { saved: Retention }) {
  const t = useWords();

  const router = useRouter();
  const toast = useToast();
  const { mayAdmin } = useAccess();
  const [draft, setDraft] = useState<Draft>(() => draftOf(saved));
  const [stored, setStored] = useState(saved);
  const { busy, problem: refused, attempt, setProblem } = useAttempt();
  const wanted = JSON.stringify(retentionOf(draft));
  const changed = wanted !== JSON.stringify(stored);
  const preview = useAsked(
    (signal) => api('POST /api/settings/retention/preview', { body: retentionOf(draft), signal }),
    wanted,
    { waitMs: 300 },
  );
  const problem = preview.problem ?? refused;
  const effect = preview.problem ? null : preview.data;
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    setProblem(null);
  };

  const save = (event: FormEvent): void => {
    event.preventDefault();
    void attempt(async () => {
      setStored((await api('PUT /api/settings/retention', { body: retentionOf(draft) })).retention);
      toast({ text: t('history.retention.saved') });
    });
  };
  const runNow = (): Promise<boolean> =>
    attempt(async () => {
      toast({ text: t('history.retention.done', await api('POST /api/settings/retention/run')) });
      preview.retry();
      router.refresh();
    });
  const errorOf = (path: string): string | undefined => {
    const message = errorAt(problem?.errors ?? [], path);
    return message === undefined ? undefined : nameIn(t, 'history.retention.errors', path, message);
  };
  const number = (id: keyof Draft, label: string, path: string, on: boolean): ReactNode => (
    <Field id={id} label={label} error={on ? errorOf(path) : undefined}>
      <Input
        inputMode="numeric"
        className="tabular"
        disabled={!on}
        value={draft[id] as string}
        onChange={(event) => change({ [id]: event.target.value })}
        {...describedBy(id, on ? errorOf(path) : undefined)}
      />
    </Field>
  );
  const toggle = (key: 'thins' | 'removes', label: string, hint: string): ReactNode => (
    <label className="flex items-start gap-2.5 text-sm">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-[var(--primary)]"
        checked={draft[key]}
        onChange={(event) => change({ [key]: event.target.checked })}
      />
      <span>
        <span className="font-medium">{label}</span>
        <span className="block text-xs text-muted-foreground">{hint}</span>
      </span>
    </label>
  );
  const shown = ['thin.afterDays', 'thin.stepSeconds', 'remove.afterDays'];
  const isOfField = problem?.errors.some(({ path }) => shown.includes(path)) ?? false;
  return (
    <form onSubmit={save} noValidate className="space-y-5">
      <fieldset disabled={!mayAdmin} className="space-y-5">
        <div className="space-y-3">
          {toggle('thins', t('history.retention.thin'), t('history.retention.thinHint'))}
          <div className="grid grid-cols-1 gap-4 pl-6.5 sm:grid-cols-2">
            {number('thinDays', t('history.retention.afterDays'), 'thin.afterDays', draft.thins)}
            {number('stepSeconds', t('history.retention.stepSeconds'), 'thin.stepSeconds', draft.thins)}
          </div>
        </div>
        <div className="space-y-3">
          {toggle('removes', t('history.retention.remove'), t('history.retention.removeHint'))}
          <div className="grid grid-cols-1 gap-4 pl-6.5 sm:grid-cols-2">
            {number('removeDays', t('history.retention.afterDays'), 'remove.afterDays', draft.removes)}
          </div>
        </div>
      </fieldset>
      {(effect || !problem || isOfField) && (
        <p
          role="status"
          data-retention-effect
          className="rounded-lg border bg-muted/50 px-3.5 py-2.5 text-sm"
        >
          {effect
            ? t('history.retention.now', effect)
            : isOfField
              ? t('history.retention.mend')
              : t('common.loading')}
        </p>
      )}
      {problem && !isOfField && <ProblemNotice problem={problem} />}
      {mayAdmin ? (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" busy={busy} disabled={!changed}>
            {t('common.save')}
          </Button>
          <Button
            busy={busy}
            disabled={changed || !effect || effect.thin + effect.remove === 0}
            title={changed ? t('history.retention.saveFirst') : undefined}
            onClick={() => void runNow()}
          >
            {t('history.retention.run')}
          </Button>
        </div>
      ) : (
        <p className="text-xs text-muted-foreground">{t('history.retention.adminOnly')}</p>
      )}
    </form>
  );
}

function draftOf({ thin, remove }: Retention): Draft {
  return {
    thins: thin !== null,
    thinDays: `${thin?.afterDays ?? 30}`,
    stepSeconds: `${thin?.stepSeconds ?? 10}`,
    removes: remove !== null,
    removeDays: `${remove?.afterDays ?? 365}`,
  };
}

/** What was typed as the API takes it; what is no number goes as it is, and is refused at its field. */
function retentionOf(draft: Draft): Retention {
  const number = (text: string): number => (text.trim() === '' ? NaN : Number(text));
  return {
    thin: draft.thins ? { afterDays: number(draft.thinDays), stepSeconds: number(draft.stepSeconds) } : null,
    remove: draft.removes ? { afterDays: number(draft.removeDays) } : null,
  };
}
