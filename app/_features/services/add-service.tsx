'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type Service } from '@/lib/model/run';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/app/_ui/primitives/tabs';
import { useWords } from '@/app/_ui/words/provider';
import { ApplyYaml } from './apply-yaml';
import { FromCluster } from './from-cluster';
import { RegisterForm } from './register-form';

/** Adds services: by a Knative Service's YAML, from what the cluster has, or by hand. */
export function AddService({
  example,
  services,
  onMade,
}: {
  example: string;
  services: readonly Service[];
  onMade: (service: Service) => void;
}) {
  const t = useWords();
  const router = useRouter();
  const [note, setNote] = useState('');
  const done = (key: 'applied' | 'registered') => (service: Service) => {
    setNote(t(`services.${key}`, { name: service.name }));
    onMade(service);
    router.refresh();
  };
  return (
    <section className="panel min-w-0 self-start" aria-label={t('services.add')}>
      <h2 className="px-4 pt-4 pb-1 text-base font-semibold tracking-tight sm:px-5">{t('services.add')}</h2>
      <Tabs defaultValue="yaml" onValueChange={() => setNote('')}>
        <TabsList className="px-2 sm:px-3" aria-label={t('services.add')}>
          <TabsTrigger value="yaml">{t('services.fromYaml')}</TabsTrigger>
          <TabsTrigger value="cluster">{t('services.fromCluster')}</TabsTrigger>
          <TabsTrigger value="hand">{t('services.byHand')}</TabsTrigger>
        </TabsList>
        <div className="p-4 sm:p-5">
          <TabsContent value="yaml">
            <ApplyYaml example={example} onDone={done('applied')} />
          </TabsContent>
          <TabsContent value="cluster">
            <FromCluster services={services} onDone={done('registered')} />
          </TabsContent>
          <TabsContent value="hand">
            <RegisterForm onDone={done('registered')} />
          </TabsContent>
          <p role="status" className="mt-3 text-sm font-medium text-success empty:hidden">
            {note}
          </p>
        </div>
      </Tabs>
    </section>
  );
}
