'use client';

import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { roleSchema } from '@/lib/access/roles';
import { type User } from '@/lib/store/identity-shapes';
import { ProblemNotice } from '../../_components/problem-notice';
import { Button } from '../../_components/ui/button';
import { Dialog, DialogContent } from '../../_components/ui/dialog';
import { Field, Input, Select, describedBy } from '../../_components/ui/field';
import { toProblem, type ApiProblem } from '../../_data/http';
import { addUser, changeUser } from '../../_data/identity';
import { useDictionary } from '../../_i18n/provider';

/** Sends a dialog's form; the problem that it met, for the fields to show. */
function useSend(send: (values: FormData) => Promise<unknown>, onDone: () => void): { problem: ApiProblem | null; errorOf: (field: string) => string | undefined; submit: (event: FormEvent<HTMLFormElement>) => Promise<void> } {
  const router = useRouter();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    try {
      await send(new FormData(event.currentTarget));
      setProblem(null);
      onDone();
      router.refresh();
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return { problem, submit, errorOf: (field) => problem?.errors.find(({ path }) => path === field)?.message };
}

function DialogEnd({ problem, onCancel, submit }: { problem: ApiProblem | null; onCancel: () => void; submit: string }) {
  const t = useDictionary();
  return (
    <>
      {problem && problem.errors.length === 0 && <ProblemNotice problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t.common.cancel}</Button>
        <Button type="submit" variant="primary">
          {submit}
        </Button>
      </div>
    </>
  );
}

export function NewUserDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useDictionary().signin;
  const close = (): void => onOpenChange(false);
  const { problem, errorOf, submit } = useSend((values) => addUser(String(values.get('name')), String(values.get('password')), roleSchema.parse(values.get('role'))), close);
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={t.users.add}>
        <form onSubmit={submit} className="mt-4 space-y-4">
          <div className="grid grid-cols-[minmax(0,1fr)_9rem] gap-4">
            <Field id="user-name" label={t.users.name} error={errorOf('name')}>
              <Input name="name" autoComplete="off" autoCapitalize="none" spellCheck={false} required autoFocus {...describedBy('user-name', errorOf('name'))} />
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
          <Field id="user-password" label={t.password} hint={t.users.passwordHint} error={errorOf('password')}>
            <Input name="password" type="password" autoComplete="new-password" required {...describedBy('user-password', errorOf('password'), true)} />
          </Field>
          <DialogEnd problem={problem} onCancel={close} submit={t.users.add} />
        </form>
      </DialogContent>
    </Dialog>
  );
}

export function NewPasswordDialog({ user, onDone }: { user: User | null; onDone: () => void }) {
  const t = useDictionary().signin;
  const { problem, errorOf, submit } = useSend(async (values) => user && changeUser(user.id, { password: String(values.get('password')) }), onDone);
  return (
    <Dialog open={user !== null} onOpenChange={(open) => !open && onDone()}>
      <DialogContent title={t.users.newPasswordTitle(user?.name ?? '')} description={t.users.newPasswordText}>
        <form onSubmit={submit} className="mt-4 space-y-4">
          <Field id="new-password" label={t.users.newPassword} hint={t.users.passwordHint} error={errorOf('password')}>
            <Input name="password" type="password" autoComplete="new-password" required autoFocus {...describedBy('new-password', errorOf('password'), true)} />
          </Field>
          <DialogEnd problem={problem} onCancel={onDone} submit={t.users.newPassword} />
        </form>
      </DialogContent>
    </Dialog>
  );
}
