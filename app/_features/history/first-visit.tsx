import { Activity } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterAtHand } from '@/lib/runs/first-visit';
import { listScripts } from '@/lib/runs/scripts';
import { getStore } from '@/lib/store/client';
import { projectRoot } from '@/lib/environment/paths';
import { listServices } from '@/lib/store/services';
import { EmptyState } from '@/app/_ui/empty-state';
import { Button } from '@/app/_ui/primitives/button';
import { formatNumber } from '@/lib/words/format';
import { getWords } from '@/app/_ui/words/server';
import { StartDemo } from './start-demo';

/** What a list without any run shows: one click to the demo's run, or what to do so that there is one. */
export async function FirstVisit({ mayRun }: { mayRun: boolean }) {
  const { t, locale } = await getWords();
  const store = await getStore();
  const [services, scripts, cluster, yaml] = await Promise.all([
    listServices(store),
    listScripts(store),
    clusterAtHand(),
    readFile(join(/* turbopackIgnore: true */ projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8'),
  ]);
  if (!mayRun)
    return <EmptyState icon={<Activity />} title={t('runs.emptyTitle')} text={t('runs.emptyText')} />;
  const service = services[0];
  const script = scripts.find(({ name }) => name === 'tutorial') ?? scripts[0];
  const parameter = (name: string): string =>
    formatNumber(Number(script?.parameters.find((p) => p.name === name)?.default), locale);
  const size = { requests: parameter('REQUESTS'), inFlight: parameter('VUS') };
  if (script && (service || cluster)) {
    const hint = service
      ? t('runs.startDemoHint', { ...size, service: service.name })
      : t('history.firstVisit.applies', { ...size, server: cluster?.server ?? '' });
    return (
      <EmptyState icon={<Activity />} title={t('runs.emptyTitle')} text={t('runs.emptyText')}>
        <StartDemo serviceId={service?.id ?? null} yaml={yaml} scriptName={script.name} hint={hint} />
        {!service && (
          <Link href="/services" className="text-xs text-info underline underline-offset-2">
            {t('history.firstVisit.another')}
          </Link>
        )}
      </EmptyState>
    );
  }
  const ways = [
    { what: t('history.firstVisit.lab'), command: 'npm run demo' },
    { what: t('history.firstVisit.cluster'), command: 'KUBECONFIG=~/.kube/config npm start' },
  ];
  return (
    <EmptyState icon={<Activity />} title={t('runs.emptyTitle')} text={t('history.firstVisit.nothing')}>
      <dl className="grid grid-cols-1 gap-3 text-left text-sm sm:grid-cols-2">
        {ways.map(({ what, command }) => (
          <div key={command} className="rounded-lg border px-3.5 py-2.5">
            <dt className="text-muted-foreground">{what}</dt>
            <dd className="mt-1 font-mono text-[13px] break-all">{command}</dd>
          </div>
        ))}
      </dl>
      <Button asChild>
        <Link href="/services">{t('runs.registerService')}</Link>
      </Button>
    </EmptyState>
  );
}
