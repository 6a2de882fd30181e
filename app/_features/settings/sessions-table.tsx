'use client';

import { useRouter } from 'next/navigation';
import { type Session } from '@/lib/model/identity';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { Table } from '@/app/_ui/table';
import { browserOf } from './browser';

/** The sessions that have not ended, each with a button that ends it. */
export function SessionsTable({
  sessions,
  current,
  withUser,
}: {
  sessions: readonly Session[];
  current: string;
  withUser: boolean;
}) {
  const t = useWords();
  const router = useRouter();
  const { busy, problem, attempt } = useAttempt();
  const end = (id: string): Promise<boolean> =>
    attempt(async () => {
      await api('DELETE /api/sessions/{id}', { params: { id } });
      if (id === current) window.location.assign('/sign-in');
      else router.refresh();
    });
  return (
    <>
      {problem && <ProblemNotice problem={problem} className="mx-4 mb-4 sm:mx-5" />}
      <Table
        stacked
        className="border-t"
        label={withUser ? t('signin.sessions.allTitle') : t('signin.sessions.title')}
        head={[
          ...(withUser ? [t('signin.sessions.user')] : []),
          t('signin.sessions.browser'),
          t('signin.sessions.signedIn'),
          t('signin.sessions.lastSeen'),
          '',
        ]}
      >
        {sessions.map((session) => (
          <tr key={session.id} data-session={session.userName}>
            {withUser && <td className="max-w-48 truncate font-medium">{session.userName}</td>}
            <td title={session.userAgent ?? undefined}>
              {browserOf(session.userAgent) ?? t('signin.sessions.unknownBrowser')}{' '}
              {session.id === current && <Badge tone="info">{t('signin.sessions.thisOne')}</Badge>}
            </td>
            <td data-label={t('signin.sessions.signedIn')}>
              <Time unixMs={session.createdAtMs} ago />
            </td>
            <td data-label={t('signin.sessions.lastSeen')}>
              <Time unixMs={session.lastSeenMs} ago />
            </td>
            <td className="text-right">
              <Button
                size="sm"
                variant="danger"
                busy={busy}
                aria-label={t('signin.sessions.endOf', { name: session.userName })}
                onClick={() => void end(session.id)}
              >
                {t('signin.sessions.end')}
              </Button>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
