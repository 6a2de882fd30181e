import { getStore } from '@/lib/store/client';
import { readSetting } from '@/lib/store/settings';
import { getDictionary } from '../_i18n/server';
import { Appearance } from './_sections/appearance';
import { Installation } from './_sections/installation';
import { RetentionForm } from './_sections/retention-form';
import { Section } from './section';

export const dynamic = 'force-dynamic';

export default async function SettingsPage() {
  const { t } = await getDictionary();
  const retention = await readSetting(await getStore(), 'retention');
  return (
    <div className="max-w-3xl space-y-5">
      <Section title={t.settings.appearance}>
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <Appearance />
        </div>
      </Section>
      <Section title={t.history.retention.title} text={t.history.retention.text}>
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <RetentionForm saved={retention} />
        </div>
      </Section>
      <Section title={t.settings.about}>
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <Installation />
        </div>
      </Section>
    </div>
  );
}
