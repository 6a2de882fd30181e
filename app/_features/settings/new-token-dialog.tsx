'use client';

import { Check, Copy } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { type ApiToken } from '@/lib/model/identity';
import { roleOfScope, tokenScopeSchema } from '@/lib/model/role';
import { formText } from '@/app/_ui/form-text';
import { useAccess } from '@/app/_ui/access/provider';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { Field, Input, Select, describedBy } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';

const lifetimes = [7, 30, 90, 365];

/** Makes a token, then shows it the one time that it can be seen. */
export function NewTokenDialog({
  open,
  onOpenChange,
  onMade,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onMade: (token: ApiToken) => void;
}) {
  const t = useWords();
  const router = useRouter();
  const { mayRun } = useAccess();
  const [secret, setSecret] = useState<string | null>(null);
  const { busy, problem, errorOf, attempt, setProblem } = useAttempt();
  const close = (next: boolean): void => {
    onOpenChange(next);
    if (next) return;
    setSecret(null);
    setProblem(null);
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const days = formText(values, 'days');
    void attempt(async () => {
      const made = await api('POST /api/tokens', {
        body: {
          name: formText(values, 'name'),
          scope: tokenScopeSchema.parse(values.get('scope')),
          expiresInDays: days === '' ? null : Number(days),
        },
      });
      setSecret(made.secret);
      onMade(made.token);
      router.refresh();
    });
  };
  return (
    <Dialog open={open} onOpenChange={close}>
      <DialogContent title={t('signin.tokens.add')}>
        {secret === null ? (
          <form onSubmit={submit} className="mt-4 space-y-4">
            <Field
              id="token-name"
              label={t('signin.tokens.name')}
              hint={t('signin.tokens.nameHint')}
              error={errorOf('name')}
            >
              <Input
                name="name"
                maxLength={100}
                required
                autoFocus
                {...describedBy('token-name', errorOf('name'), true)}
              />
            </Field>
            <div className="grid grid-cols-2 gap-4">
              <Field id="token-scope" label={t('signin.tokens.scope')} error={errorOf('scope')}>
                <Select
                  name="scope"
                  defaultValue={mayRun ? 'run' : 'read'}
                  {...describedBy('token-scope', errorOf('scope'))}
                >
                  {tokenScopeSchema.options
                    .filter((scope) => mayRun || roleOfScope[scope] === 'viewer')
                    .map((scope) => (
                      <option key={scope} value={scope}>
                        {t(`signin.tokens.scopes.${scope}`)}
                      </option>
                    ))}
                </Select>
              </Field>
              <Field id="token-days" label={t('signin.tokens.expiry')}>
                <Select name="days" defaultValue="90" {...describedBy('token-days', undefined)}>
                  {lifetimes.map((days) => (
                    <option key={days} value={days}>
                      {t('signin.tokens.days', { n: days })}
                    </option>
                  ))}
                  <option value="">{t('signin.tokens.never')}</option>
                </Select>
              </Field>
            </div>
            {problem && problem.errors.length === 0 && <ProblemNotice problem={problem} />}
            <div className="flex justify-end gap-2">
              <Button onClick={() => close(false)}>{t('common.cancel')}</Button>
              <Button type="submit" variant="primary" busy={busy}>
                {t('signin.tokens.create')}
              </Button>
            </div>
          </form>
        ) : (
          <Secret secret={secret} onClose={() => close(false)} />
        )}
      </DialogContent>
    </Dialog>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useWords();
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(secret).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div className="mt-4 space-y-4">
      <p role="status" className="text-sm">
        {t('signin.tokens.created')}
      </p>
      <code
        data-secret
        className="block rounded-lg border bg-muted/60 px-3 py-2.5 font-mono text-[13px] break-all select-all"
      >
        {secret}
      </code>
      <div className="flex justify-end gap-2">
        <Button onClick={copy}>
          {copied ? <Check /> : <Copy />}
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
        <Button variant="primary" onClick={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </div>
  );
}
