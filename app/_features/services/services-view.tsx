'use client';

import { Server } from 'lucide-react';
import { useState } from 'react';
import { type Service } from '@/lib/model/run';
import { useAccess } from '@/app/_ui/access/provider';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { EmptyState } from '@/app/_ui/empty-state';
import { Input } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';
import { AddService } from './add-service';
import { ServiceCard } from './service-card';

/** From so many on, cards are short and can be searched. */
const many = 4;

/** The registered services, and where they are added; `example` is the YAML to begin with, null: none may be added. */
export function ServicesView({ services, example }: { services: Service[]; example: string | null }) {
  const t = useWords();
  const [typed, setTyped] = useState('');
  const [madeId, setMadeId] = useState<string | null>(null);
  const { mayRun } = useAccess();
  const webhooks = useAsked((signal) => api('GET /api/services/webhooks', { signal }), 'webhooks', {
    wanted: mayRun,
  });
  const isMany = services.length >= many;
  const words = isMany ? typed.toLowerCase().split(/\s+/).filter(Boolean) : [];
  const shown = services.filter(({ id, name, namespace, host, gatewayUrl }) => {
    const text = `${namespace}/${name} ${host} ${gatewayUrl}`.toLowerCase();
    return id === madeId || words.every((word) => text.includes(word));
  });
  return (
    <div className="grid grid-cols-1 gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="min-w-0 space-y-4">
        {isMany && (
          <div className="flex items-center gap-3">
            <Input
              type="search"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              placeholder={t('services.search')}
              aria-label={t('services.search')}
              className="max-w-80"
            />
            <p role="status" className="shrink-0 text-sm text-muted-foreground">
              {t('services.shown', { n: shown.length, total: services.length })}
            </p>
          </div>
        )}
        {services.length === 0 && (
          <EmptyState icon={<Server />} title={t('services.emptyTitle')} text={t('services.emptyText')} />
        )}
        {services.length > 0 && shown.length === 0 && (
          <EmptyState icon={<Server />} title={t('services.noMatch')} text={t('services.noMatchText')} />
        )}
        {shown.map((service) => (
          <ServiceCard
            key={service.id}
            service={service}
            isShort={isMany}
            isNew={service.id === madeId}
            webhook={webhooks.data ? (webhooks.data.webhooks[service.id] ?? null) : undefined}
            onWebhook={webhooks.retry}
          />
        ))}
      </div>
      {example !== null && (
        <AddService example={example} services={services} onMade={({ id }) => setMadeId(id)} />
      )}
    </div>
  );
}
