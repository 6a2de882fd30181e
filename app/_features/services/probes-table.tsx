import { type ReactNode } from 'react';
import { earliestReady, type PodProbe } from '@/lib/model/probe';
import { formatLength } from '@/lib/words/format';
import { useWords } from '@/app/_ui/words/provider';
import { Cell, Table } from '@/app/_ui/table';

/** What a service's pods are asked before they are ready and while they serve, and when they can be ready at the earliest. */
export function ProbesTable({ probes }: { probes: readonly PodProbe[] | null }) {
  const t = useWords();
  if (probes === null)
    return <Titled title={t('services.probes.title')}>{t('services.probes.unknown')}</Titled>;
  const earliest = earliestReady(probes);
  return (
    <>
      <Titled title={t('services.probes.title')}>
        {earliest && earliest.afterMs > 0
          ? t('services.probes.earliest', {
              by: earliest.by,
              after: formatLength(earliest.afterMs, t),
            })
          : t('services.probes.atOnce')}
      </Titled>
      <Table
        label={t('services.probes.title')}
        head={[
          t('services.probes.probe'),
          t('services.probes.how'),
          { label: t('services.probes.delay'), numeric: true },
          { label: t('services.probes.period'), numeric: true },
          { label: t('services.probes.successes'), numeric: true },
          { label: t('services.probes.failures'), numeric: true },
        ]}
      >
        {probes.map((probe) => (
          <tr key={probe.kind} data-probe={probe.kind}>
            <Cell heads>{t(`services.probes.kind.${probe.kind}`)}</Cell>
            <Cell>
              {t(`services.probes.by.${probe.how}`)}{' '}
              {probe.what && (
                <code className="font-mono text-xs break-all text-muted-foreground">{probe.what}</code>
              )}
            </Cell>
            <Cell numeric>{formatLength(probe.initialDelayMs, t)}</Cell>
            <Cell numeric>
              {probe.periodMs === 0 ? t('services.probes.aggressive') : formatLength(probe.periodMs, t)}
            </Cell>
            <Cell numeric>{probe.successThreshold}</Cell>
            <Cell numeric>{probe.failureThreshold}</Cell>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Titled({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="text-sm">
      <h3 className="font-medium">{title}</h3>
      <p className="mt-0.5 text-muted-foreground">{children}</p>
    </div>
  );
}
