'use client';

import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { formText } from '@/app/_ui/form-text';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { Field, Input, describedBy } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { NewPasswordField } from './new-password-field';
import { useWords } from '@/app/_ui/words/provider';

export function OwnPassword({ name }: { name: string }) {
  const t = useWords();
  const router = useRouter();
  const { busy, problem, errorOf, attempt } = useAttempt();
  const [done, setDone] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = new FormData(form);
    setDone(false);
    void attempt(async () => {
      await api('PUT /api/account/password', {
        body: { current: formText(values, 'current'), password: formText(values, 'password') },
      });
      form.reset();
      setDone(true);
      router.refresh();
    });
  };
  return (
    <form onSubmit={submit} className="grid grid-cols-1 gap-4 border-t p-4 sm:grid-cols-2 sm:p-5">
      <input type="hidden" name="username" autoComplete="username" value={name} readOnly />
      <Field id="password-now" label={t('signin.ownPassword.current')} error={errorOf('current')}>
        <Input
          name="current"
          type="password"
          autoComplete="current-password"
          required
          {...describedBy('password-now', errorOf('current'))}
        />
      </Field>
      <NewPasswordField
        id="password-next"
        label={t('signin.ownPassword.next')}
        hint={t('signin.ownPassword.hint')}
        error={errorOf('password')}
      />
      {problem && problem.errors.length === 0 && (
        <ProblemNotice problem={problem} className="sm:col-span-2" />
      )}
      <div className="flex items-center gap-3 sm:col-span-2">
        <Button type="submit" busy={busy}>
          {t('signin.ownPassword.submit')}
        </Button>
        <p role="status" className="text-sm text-success empty:hidden">
          {done ? t('signin.ownPassword.done') : ''}
        </p>
      </div>
    </form>
  );
}
