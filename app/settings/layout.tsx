import { type ReactNode } from 'react';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { SettingsNav } from '@/app/_features/settings/settings-nav';

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { t } = await getWords();
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <SettingsNav />
      {children}
    </>
  );
}
