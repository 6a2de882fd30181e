'use client';

import { useRef, type FormEvent } from 'react';
import { ProblemNotice } from '../_components/problem-notice';
import { Button } from '../_components/ui/button';
import { Field, Input, describedBy } from '../_components/ui/field';
import { signIn } from '../_data/identity';
import { useAttempt } from '../_data/use-attempt';
import { useDictionary } from '../_i18n/provider';

export function SignInForm({ next }: { next: string }) {
  const t = useDictionary();
  const password = useRef<HTMLInputElement>(null);
  const { busy, problem, errorOf, attempt } = useAttempt();
  const nameError = errorOf('name');
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const isSignedIn = await attempt(
      async () => {
        await signIn(String(form.get('name')), String(form.get('password')));
        // A new document: everything on it may depend on who asks.
        window.location.assign(next);
      },
      { leaves: true },
    );
    if (!isSignedIn) password.current?.select();
  };
  return (
    <form onSubmit={submit} className="mt-6 space-y-4">
      <Field id="sign-in-name" label={t.signin.name} error={nameError}>
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
      <Field id="sign-in-password" label={t.signin.password}>
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
        {busy ? t.signin.submitting : t.signin.submit}
      </Button>
    </form>
  );
}
