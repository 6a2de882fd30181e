'use client';

import { Lock } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent } from 'react';
import { formText } from '@/app/_ui/form-text';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';

/** Asks for a link's password and then shows what it leads to. */
export function UnlockForm({ token }: { token: string }) {
  const t = useWords();
  const router = useRouter();
  const { busy, problem, errorOf, attempt } = useAttempt();
  const fieldError = errorOf('password');
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const password = formText(new FormData(event.currentTarget), 'password');
    void attempt(
      async () => {
        await api('POST /api/share/{token}/unlock', { params: { token }, body: { password } });
        router.refresh();
      },
      { leaves: true },
    );
  };
  return (
    <div className="panel mx-auto mt-10 max-w-md p-6">
      <Lock aria-hidden className="mb-3 size-6 text-muted-foreground" />
      <h1 className="text-lg font-semibold tracking-tight">{t('share.locked.title')}</h1>
      <p className="mt-1 text-sm text-muted-foreground">{t('share.locked.text')}</p>
      <form onSubmit={submit} noValidate className="mt-5 space-y-4">
        <Field id="link-password" label={t('share.password')} error={fieldError}>
          <Input
            name="password"
            type="password"
            autoComplete="off"
            autoFocus
            maxLength={200}
            {...describedBy('link-password', fieldError)}
          />
        </Field>
        {problem && !fieldError && <ProblemNotice problem={problem} />}
        <Button type="submit" variant="primary" busy={busy} className="w-full">
          {t('share.locked.open')}
        </Button>
      </form>
    </div>
  );
}
