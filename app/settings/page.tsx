import { getStore } from '@/lib/store/client';
import { readSetting } from '@/lib/store/settings';
import { getDictionary } from '../_i18n/server';
import { Appearance } from './_sections/appearance';
import { Installation } from './_sections/installation';
import { RetentionForm } from './_sections/retention-form';
import { Section } from './_sections/section';

export const dynamic = 'force-dynamic';

export default async function SettingsPage() {
  const { t } = await getDictionary();
  const retention = await readSetting(await getStore(), 'retention');
  return (
    <div className="max-w-3xl space-y-5">
      <Section title={t.settings.appearance}>
        <Appearance />
      </Section>
      <Section title={t.history.retention.title} text={t.history.retention.text}>
        <RetentionForm saved={retention} />
      </Section>
      <Section title={t.settings.about}>
        <Installation />
      </Section>
    </div>
  );
}
