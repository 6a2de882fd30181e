import { getStore } from '@/lib/store/client';
import { readSetting } from '@/lib/store/settings';
import { readPrometheus, shownPrometheus } from '@/lib/store/prometheus';
import { getAccess } from '@/app/_ui/access/server';
import { getWords } from '@/app/_ui/words/server';
import { Appearance } from '@/app/_features/settings/appearance';
import { BoardForm } from '@/app/_features/settings/board-form';
import { Installation } from '@/app/_features/settings/installation';
import { PrometheusForm } from '@/app/_features/settings/prometheus-form';
import { RetentionForm } from '@/app/_features/settings/retention-form';
import { Section } from '@/app/_features/settings/section';

export const dynamic = 'force-dynamic';

export default async function SettingsPage() {
  const { t } = await getWords();
  const { mayAdmin } = await getAccess();
  const store = await getStore();
  const retention = await readSetting(store, 'retention');
  const { keepHours } = await readSetting(store, 'board');
  return (
    <div className="max-w-3xl space-y-5">
      <Section title={t('settings.appearance')}>
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <Appearance />
        </div>
      </Section>
      <Section title={t('history.retention.title')} text={t('history.retention.text')}>
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <RetentionForm saved={retention} />
        </div>
      </Section>
      <Section title={t('history.board.title')} text={t('history.board.text')}>
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <BoardForm keepHours={keepHours} />
        </div>
      </Section>
      {mayAdmin && (
        <Section title={t('settings.prometheus.title')} text={t('settings.prometheus.text')}>
          <div className="px-4 pb-4 sm:px-5 sm:pb-5">
            <PrometheusForm saved={shownPrometheus(readPrometheus())} />
          </div>
        </Section>
      )}
      <Section title={t('settings.about')}>
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <Installation />
        </div>
      </Section>
    </div>
  );
}
