'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent } from 'react';
import { roleSchema } from '@/lib/model/role';
import { type User } from '@/lib/model/identity';
import { formText } from '@/app/_ui/form-text';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { Field, Input, Select, describedBy } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt, type Attempt } from '@/app/_ui/data/use-attempt';
import { NewPasswordField } from './new-password-field';
import { useWords } from '@/app/_ui/words/provider';

interface Sending extends Attempt {
  submit: (event: FormEvent<HTMLFormElement>) => void;
  close: () => void;
}

/** Sends a dialog's form; what it met is forgotten with the dialog. */
function useSend(send: (values: FormData) => Promise<unknown>, onClose: () => void): Sending {
  const router = useRouter();
  const sending = useAttempt();
  const close = (): void => {
    sending.setProblem(null);
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    void sending.attempt(async () => {
      await send(values);
      onClose();
      router.refresh();
    });
  };
  return { ...sending, submit, close };
}

function DialogEnd({ sending: { busy, problem, close }, submit }: { sending: Sending; submit: string }) {
  const t = useWords();
  return (
    <>
      {problem && problem.errors.length === 0 && <ProblemNotice problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>{t('common.cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {submit}
        </Button>
      </div>
    </>
  );
}

export function NewUserDialog({
  open,
  onOpenChange,
  onMade,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onMade: (user: User) => void;
}) {
  const t = useWords();
  const sending = useSend(
    async (values) => {
      const { user } = await api('POST /api/users', {
        body: {
          name: formText(values, 'name'),
          password: formText(values, 'password'),
          role: roleSchema.parse(values.get('role')),
        },
      });
      onMade(user);
    },
    () => onOpenChange(false),
  );
  const { errorOf, submit, close } = sending;
  return (
    <Dialog open={open} onOpenChange={(next) => (next ? onOpenChange(true) : close())}>
      <DialogContent title={t('signin.users.add')}>
        <form onSubmit={submit} className="mt-4 space-y-4">
          <div className="grid grid-cols-[minmax(0,1fr)_9rem] gap-4">
            <Field id="user-name" label={t('signin.users.name')} error={errorOf('name')}>
              <Input
                name="name"
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                required
                autoFocus
                {...describedBy('user-name', errorOf('name'))}
              />
            </Field>
            <Field id="user-role" label={t('signin.users.role')} error={errorOf('role')}>
              <Select name="role" defaultValue="runner" {...describedBy('user-role', errorOf('role'))}>
                {roleSchema.options.map((role) => (
                  <option key={role} value={role}>
                    {t(`signin.roles.${role}`)}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
          <NewPasswordField
            id="user-password"
            label={t('signin.password')}
            hint={t('signin.users.passwordHint')}
            error={errorOf('password')}
          />
          <DialogEnd sending={sending} submit={t('signin.users.add')} />
        </form>
      </DialogContent>
    </Dialog>
  );
}

export function NewPasswordDialog({ user, onDone }: { user: User | null; onDone: () => void }) {
  const t = useWords();
  const sending = useSend(
    async (values) =>
      user &&
      api('PATCH /api/users/{id}', {
        params: { id: user.id },
        body: { password: formText(values, 'password') },
      }),
    onDone,
  );
  const { errorOf, submit, close } = sending;
  return (
    <Dialog open={user !== null} onOpenChange={(open) => !open && close()}>
      <DialogContent
        title={t('signin.users.newPasswordTitle', { name: user?.name ?? '' })}
        description={t('signin.users.newPasswordText')}
      >
        <form onSubmit={submit} className="mt-4 space-y-4">
          <NewPasswordField
            id="new-password"
            label={t('signin.users.newPassword')}
            hint={t('signin.users.passwordHint')}
            error={errorOf('password')}
            autoFocus
          />
          <DialogEnd sending={sending} submit={t('signin.users.newPassword')} />
        </form>
      </DialogContent>
    </Dialog>
  );
}
