'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent } from 'react';
import { roleSchema } from '@/lib/access/roles';
import { type User } from '@/lib/store/identity-shapes';
import { ProblemNotice } from '../../_components/problem-notice';
import { Button } from '../../_components/ui/button';
import { Dialog, DialogContent } from '../../_components/ui/dialog';
import { Field, Input, Select, describedBy } from '../../_components/ui/field';
import { addUser, changeUser } from '../../_data/identity';
import { useAttempt, type Attempt } from '../../_data/use-attempt';
import { useDictionary } from '../../_i18n/provider';

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
  const t = useDictionary();
  return (
    <>
      {problem && problem.errors.length === 0 && <ProblemNotice problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>{t.common.cancel}</Button>
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
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useDictionary().signin;
  const sending = useSend(
    (values) =>
      addUser(
        String(values.get('name')),
        String(values.get('password')),
        roleSchema.parse(values.get('role')),
      ),
    () => onOpenChange(false),
  );
  const { errorOf, submit, close } = sending;
  return (
    <Dialog open={open} onOpenChange={(next) => (next ? onOpenChange(true) : close())}>
      <DialogContent title={t.users.add}>
        <form onSubmit={submit} className="mt-4 space-y-4">
          <div className="grid grid-cols-[minmax(0,1fr)_9rem] gap-4">
            <Field id="user-name" label={t.users.name} error={errorOf('name')}>
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
            <Field id="user-role" label={t.users.role} error={errorOf('role')}>
              <Select name="role" defaultValue="runner" {...describedBy('user-role', errorOf('role'))}>
                {roleSchema.options.map((role) => (
                  <option key={role} value={role}>
                    {t.roles[role]}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
          <Field
            id="user-password"
            label={t.password}
            hint={t.users.passwordHint}
            error={errorOf('password')}
          >
            <Input
              name="password"
              type="password"
              autoComplete="new-password"
              required
              {...describedBy('user-password', errorOf('password'), true)}
            />
          </Field>
          <DialogEnd sending={sending} submit={t.users.add} />
        </form>
      </DialogContent>
    </Dialog>
  );
}

export function NewPasswordDialog({ user, onDone }: { user: User | null; onDone: () => void }) {
  const t = useDictionary().signin;
  const sending = useSend(
    async (values) => user && changeUser(user.id, { password: String(values.get('password')) }),
    onDone,
  );
  const { errorOf, submit, close } = sending;
  return (
    <Dialog open={user !== null} onOpenChange={(open) => !open && close()}>
      <DialogContent title={t.users.newPasswordTitle(user?.name ?? '')} description={t.users.newPasswordText}>
        <form onSubmit={submit} className="mt-4 space-y-4">
          <Field
            id="new-password"
            label={t.users.newPassword}
            hint={t.users.passwordHint}
            error={errorOf('password')}
          >
            <Input
              name="password"
              type="password"
              autoComplete="new-password"
              required
              autoFocus
              {...describedBy('new-password', errorOf('password'), true)}
            />
          </Field>
          <DialogEnd sending={sending} submit={t.users.newPassword} />
        </form>
      </DialogContent>
    </Dialog>
  );
}
