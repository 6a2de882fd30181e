import { type Incident } from '@/lib/model/incident';
import { printedParts } from '@/lib/timeline/incident-message';
import { formatIncidentLength } from '@/lib/words/format';
import { cn } from '@/app/_ui/cn';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { partLooks } from './part-looks';

/** An incident's parts as one bar. */
export function PartsBar({ incident, className }: { incident: Incident; className?: string }) {
  return (
    <span aria-hidden className={cn('flex h-2 gap-px overflow-hidden rounded-full', className)}>
      {incident.parts.map(({ part, fromMs, toMs }) => (
        <span key={fromMs} className={partLooks[part]} style={{ flexGrow: toMs - fromMs, minWidth: 2 }} />
      ))}
    </span>
  );
}

/** An incident's parts in words, which add up to what stands below them. */
export function PartsList({ incident }: { incident: Incident }) {
  const t = useWords();
  const locale = useLocale();
  const { totalMs, parts } = printedParts(incident);
  return (
    <div className="max-w-md">
      <PartsBar incident={incident} className="mb-2.5" />
      <dl className="space-y-1">
        {parts.map(({ part, ms }) => (
          <div key={part} className="flex items-center gap-2" data-part={part}>
            <dt className="flex-1">
              <span aria-hidden className={cn('mr-2 inline-block size-2 rounded-full', partLooks[part])} />
              {t(`incidentPage.parts.${part}`)}
            </dt>
            <dd className="tabular font-medium">{formatIncidentLength(ms, locale)}</dd>
          </div>
        ))}
        <div className="flex items-center gap-2 border-t pt-1.5">
          <dt className="flex-1 pl-4 font-medium">{t('incidentPage.total')}</dt>
          <dd className="tabular font-semibold">{formatIncidentLength(totalMs, locale)}</dd>
        </div>
      </dl>
    </div>
  );
}
