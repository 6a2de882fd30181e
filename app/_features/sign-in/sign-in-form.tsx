'use client';

import { useRef, type FormEvent } from 'react';
import { formText } from '@/app/_ui/form-text';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { Field, Input, describedBy } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';

export function SignInForm({ next }: { next: string }) {
  const t = useWords();
  const password = useRef<HTMLInputElement>(null);
  const { busy, problem, errorOf, attempt } = useAttempt();
  const nameError = errorOf('name');
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const isSignedIn = await attempt(
      async () => {
        await api('POST /api/session', {
          body: { name: formText(form, 'name'), password: formText(form, 'password') },
        });
        // A new document: everything on it may depend on who asks.
        window.location.assign(next);
      },
      { leaves: true },
    );
    if (!isSignedIn) password.current?.select();
  };
  return (
    <form onSubmit={submit} className="mt-6 space-y-4">
      <Field id="sign-in-name" label={t('signin.name')} error={nameError}>
        <Input
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          {...describedBy('sign-in-name', nameError)}
        />
      </Field>
      <Field id="sign-in-password" label={t('signin.password')}>
        <Input
          ref={password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          {...describedBy('sign-in-password', undefined)}
        />
      </Field>
      {problem && !nameError && <ProblemNotice problem={problem} />}
      <Button type="submit" variant="primary" busy={busy} className="w-full">
        {busy ? t('signin.submitting') : t('signin.submit')}
      </Button>
    </form>
  );
}
