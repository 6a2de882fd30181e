import { type ReactNode } from 'react';
import { PageHeader } from '../_components/page-header';
import { getDictionary } from '../_i18n/server';
import { SettingsNav } from './settings-nav';

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { t } = await getDictionary();
  return (
    <>
      <PageHeader title={t.settings.title} />
      <SettingsNav />
      {children}
    </>
  );
}
