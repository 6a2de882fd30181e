'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { roleSchema } from '@/lib/model/role';
import { type User } from '@/lib/model/identity';
import { useAccess } from '@/app/_ui/access/provider';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Select } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { type ApiBody } from '@/lib/api/client';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { MarkedRow } from '@/app/_ui/marked-row';
import { Table } from '@/app/_ui/table';
import { Section } from './section';
import { NewPasswordDialog, NewUserDialog } from './user-dialogs';

/** Who may sign in: roles, disabling, new passwords. */
export function Users({ users }: { users: readonly User[] }) {
  const t = useWords();
  const router = useRouter();
  const me = useAccess().name;
  const { busy, problem, attempt } = useAttempt();
  const [adding, setAdding] = useState(false);
  const [madeId, setMadeId] = useState<string | null>(null);
  const [renewing, setRenewing] = useState<User | null>(null);
  const change = async (user: User, body: ApiBody<'PATCH /api/users/{id}'>): Promise<void> => {
    await attempt(() => api('PATCH /api/users/{id}', { params: { id: user.id }, body }));
    // Also where it was refused: the list shows what holds.
    router.refresh();
  };
  return (
    <div className="max-w-5xl">
      <Section
        title={t('signin.users.title')}
        text={t('signin.users.text')}
        action={
          <Button variant="primary" onClick={() => setAdding(true)}>
            <Plus />
            {t('signin.users.add')}
          </Button>
        }
      >
        {problem && <ProblemNotice problem={problem} className="mx-4 mb-4 sm:mx-5" />}
        {users.length === 0 ? (
          <p className="border-t px-4 py-10 text-center text-sm text-muted-foreground sm:px-5">
            {t('signin.users.empty')}
          </p>
        ) : (
          <Table
            stacked
            className="border-t"
            label={t('signin.users.title')}
            head={[
              t('signin.users.name'),
              t('signin.users.role'),
              t('signin.users.since'),
              t('signin.users.state'),
              '',
            ]}
          >
            {users.map((user) => (
              <MarkedRow key={user.id} isNew={user.id === madeId} data-user={user.name}>
                <td className="max-w-56 truncate font-medium">
                  {user.name} {user.name === me && <Badge tone="info">{t('signin.users.you')}</Badge>}
                </td>
                <td>
                  <Select
                    className="w-32"
                    aria-label={t('signin.users.roleOf', { name: user.name })}
                    value={user.role}
                    onChange={(event) => void change(user, { role: roleSchema.parse(event.target.value) })}
                  >
                    {roleSchema.options.map((role) => (
                      <option key={role} value={role}>
                        {t(`signin.roles.${role}`)}
                      </option>
                    ))}
                  </Select>
                </td>
                <td data-label={t('signin.users.since')}>
                  <Time unixMs={user.createdAtMs} ago />
                </td>
                <td>
                  <Badge tone={user.disabledAtMs === null ? 'success' : 'neutral'}>
                    {user.disabledAtMs === null ? t('signin.users.active') : t('signin.users.disabled')}
                  </Badge>
                </td>
                <td>
                  <span className="flex justify-end gap-2">
                    <Button size="sm" onClick={() => setRenewing(user)}>
                      {t('signin.users.newPassword')}
                    </Button>
                    <Button
                      size="sm"
                      busy={busy}
                      variant={user.disabledAtMs === null ? 'danger' : 'secondary'}
                      onClick={() => void change(user, { disabled: user.disabledAtMs === null })}
                    >
                      {user.disabledAtMs === null ? t('signin.users.disable') : t('signin.users.enable')}
                    </Button>
                  </span>
                </td>
              </MarkedRow>
            ))}
          </Table>
        )}
        <dl className="space-y-1 border-t p-4 text-xs text-muted-foreground sm:p-5">
          {roleSchema.options.map((role) => (
            <div key={role} className="flex gap-1.5">
              <dt className="font-medium text-foreground">
                {t(`signin.roles.${role}`)}
                {t('common.colon')}
              </dt>
              <dd>{t(`signin.roleHints.${role}`)}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <NewUserDialog open={adding} onOpenChange={setAdding} onMade={({ id }) => setMadeId(id)} />
      <NewPasswordDialog user={renewing} onDone={() => setRenewing(null)} />
    </div>
  );
}
