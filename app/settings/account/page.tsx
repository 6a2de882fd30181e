import { ShieldCheck } from 'lucide-react';
import { type Metadata } from 'next';
import { may } from '@/lib/identity/caller';
import { getStore } from '@/lib/store/client';
import { listSessions } from '@/lib/store/sessions';
import { getCaller, requestTimeMs } from '@/app/_ui/access/server';
import { EmptyState } from '@/app/_ui/empty-state';
import { getWords } from '@/app/_ui/words/server';
import { Section } from '@/app/_features/settings/section';
import { OwnPassword } from '@/app/_features/settings/own-password';
import { SessionsTable } from '@/app/_features/settings/sessions-table';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('signin.tabs.account') };
}

export default async function AccountPage() {
  const { t } = await getWords();
  const caller = await getCaller();
  if (caller.kind !== 'user')
    return <EmptyState icon={<ShieldCheck />} title={t('signin.localTitle')} text={t('signin.localText')} />;
  const store = await getStore();
  const nowMs = requestTimeMs();
  const own = await listSessions(store, caller.userId, nowMs);
  const all = may(caller, 'admin') ? await listSessions(store, null, nowMs) : null;
  return (
    <div className="max-w-4xl space-y-5">
      <Section title={t('signin.sessions.title')} text={t('signin.sessions.text')}>
        <SessionsTable sessions={own} current={caller.sessionId} withUser={false} />
      </Section>
      <Section title={t('signin.ownPassword.title')} text={t('signin.ownPassword.text')}>
        <OwnPassword name={caller.name} />
      </Section>
      {all && (
        <Section title={t('signin.sessions.allTitle')} text={t('signin.sessions.allText')}>
          <SessionsTable sessions={all} current={caller.sessionId} withUser />
        </Section>
      )}
    </div>
  );
}
