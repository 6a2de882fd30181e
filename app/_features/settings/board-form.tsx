'use client';

import { useState, type FormEvent } from 'react';
import { useAccess } from '@/app/_ui/access/provider';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input } from '@/app/_ui/primitives/field';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useToast } from '@/app/_ui/toasts';
import { useWords } from '@/app/_ui/words/provider';

/** How long boards are kept. */
export function BoardForm({ keepHours: saved }: { keepHours: number }) {
  const t = useWords();
  const toast = useToast();
  const { mayAdmin } = useAccess();
  const { busy, problem, attempt, errorOf } = useAttempt();
  const [stored, setStored] = useState(saved);
  const [typed, setTyped] = useState(`${saved}`);
  const keepHours = typed.trim() === '' ? NaN : Number(typed);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void attempt(async () => {
      setStored((await api('PUT /api/settings/board', { body: { keepHours } })).board.keepHours);
      toast({ text: t('history.retention.saved') });
    });
  };
  return (
    <form onSubmit={save} noValidate className="space-y-4">
      <fieldset disabled={!mayAdmin} className="max-w-60">
        <Field id="keepHours" label={t('history.board.keepHours')} error={errorOf('keepHours')}>
          <Input
            inputMode="numeric"
            className="tabular"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            {...describedBy('keepHours', errorOf('keepHours'))}
          />
        </Field>
      </fieldset>
      {problem && errorOf('keepHours') === undefined && <ProblemNotice problem={problem} />}
      {mayAdmin ? (
        <Button type="submit" variant="primary" busy={busy} disabled={keepHours === stored}>
          {t('common.save')}
        </Button>
      ) : (
        <p className="text-xs text-muted-foreground">{t('history.retention.adminOnly')}</p>
      )}
    </form>
  );
}
