'use client';

import { useRouter } from 'next/navigation';
import { type Session } from '@/lib/model/identity';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { endSession } from '@/app/_ui/data/identity';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useDictionary } from '@/app/_ui/words/provider';
import { SectionTable } from './section';
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
  const t = useDictionary().signin.sessions;
  const router = useRouter();
  const { busy, problem, attempt } = useAttempt();
  const end = (id: string): Promise<boolean> =>
    attempt(async () => {
      await endSession(id);
      if (id === current) window.location.assign('/sign-in');
      else router.refresh();
    });
  return (
    <>
      {problem && <ProblemNotice problem={problem} className="mx-4 mb-4 sm:mx-5" />}
      <SectionTable
        label={withUser ? t.allTitle : t.title}
        head={[...(withUser ? [t.user] : []), t.browser, t.signedIn, t.lastSeen, '']}
      >
        {sessions.map((session) => (
          <tr key={session.id} data-session={session.userName}>
            {withUser && <td className="max-w-48 truncate font-medium">{session.userName}</td>}
            <td title={session.userAgent ?? undefined}>
              {browserOf(session.userAgent) ?? t.unknownBrowser}{' '}
              {session.id === current && <Badge tone="info">{t.thisOne}</Badge>}
            </td>
            <td data-label={t.signedIn}>
              <Time unixMs={session.createdAtMs} ago />
            </td>
            <td data-label={t.lastSeen}>
              <Time unixMs={session.lastSeenMs} ago />
            </td>
            <td className="text-right">
              <Button
                size="sm"
                variant="danger"
                busy={busy}
                aria-label={t.endOf(session.userName)}
                onClick={() => void end(session.id)}
              >
                {t.end}
              </Button>
            </td>
          </tr>
        ))}
      </SectionTable>
    </>
  );
}
