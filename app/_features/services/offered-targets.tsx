'use client';

import { Radar } from 'lucide-react';
import { useState } from 'react';
import { type OfferedGateway, type OfferedHost, type OfferedTargets } from '@/lib/model/offered-target';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { Button } from '@/app/_ui/primitives/button';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';

/** Asks the cluster where a service is reached, and fills in what is chosen of its answer. */
export function OfferedTargetsChooser({
  namespace,
  name,
  kubeContext,
  onGateway,
  onHost,
}: {
  namespace: string;
  name: string;
  kubeContext: string | null;
  onGateway: (gateway: OfferedGateway & { url: string }) => void;
  onHost: (host: OfferedHost) => void;
}) {
  const t = useWords();
  const say = useSay();
  const [offered, setOffered] = useState<OfferedTargets | null>(null);
  const { busy, problem, attempt } = useAttempt();
  const ask = (): Promise<boolean> =>
    attempt(async () =>
      setOffered(
        await api('GET /api/services/targets', {
          query: { namespace, name, ...(kubeContext === null ? {} : { kubeContext }) },
        }),
      ),
    );
  const nowhere = offered?.gateways.filter(({ url }) => url === null) ?? [];
  return (
    <section className="rounded-lg border px-3.5 py-3 text-sm sm:col-span-2" data-offered-targets>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-56 text-xs text-muted-foreground">{t('services.offered.hint')}</p>
        <Button size="sm" busy={busy} disabled={name === '' || namespace === ''} onClick={() => void ask()}>
          <Radar />
          {t('services.offered.ask')}
        </Button>
      </div>
      {problem && <ProblemNotice problem={problem} className="mt-3" />}
      {offered && (
        <div role="status">
          <dl className="mt-3 space-y-3">
            <Row title={t('services.offered.hosts')}>
              {offered.hosts.map((one) => (
                <Choice key={one.host} text={one.host} onChoose={() => onHost(one)}>
                  {t(`services.offered.kind.${one.kind}`, { tag: one.tag ?? '' })}
                </Choice>
              ))}
            </Row>
            <Row title={t('services.offered.gateways')}>
              {offered.gateways.map(
                (one) =>
                  one.url !== null && (
                    <Choice
                      key={one.url}
                      text={one.url}
                      onChoose={() => onGateway({ ...one, url: one.url ?? '' })}
                    >
                      {one.from}
                    </Choice>
                  ),
              )}
            </Row>
            {(nowhere.length > 0 || offered.unread.length > 0) && (
              <div>
                <dt className="text-xs text-muted-foreground">{t('services.offered.unread')}</dt>
                <dd className="mt-1 space-y-1 text-xs break-words">
                  {nowhere.map(({ from }) => (
                    <p key={from}>{t('services.offered.noAddress', { from })}</p>
                  ))}
                  {offered.unread.map((why) => (
                    <p key={why.text}>{say({ ...why, known: why.text })}</p>
                  ))}
                </dd>
              </div>
            )}
          </dl>
        </div>
      )}
    </section>
  );
}

function Row({ title, children }: { title: string; children: readonly React.ReactNode[] }) {
  const t = useWords();
  return (
    <div>
      <dt className="text-xs text-muted-foreground">{title}</dt>
      <dd className="mt-1.5 flex flex-wrap gap-1.5">
        {children.some(Boolean) ? children : t('services.offered.none')}
      </dd>
    </div>
  );
}

function Choice({
  text,
  onChoose,
  children,
}: {
  text: string;
  onChoose: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      onClick={onChoose}
      className="max-w-full rounded-md border border-border-strong bg-card px-2 py-1 text-left transition-colors hover:border-primary hover:bg-muted"
    >
      <span className="block font-mono text-xs break-all">{text}</span>
      <span className="block text-[11px] text-muted-foreground">{children}</span>
    </button>
  );
}
