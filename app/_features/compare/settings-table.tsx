'use client';

import { useState } from 'react';
import { type ComparedSetting, type Comparison, type ScriptDiff } from '@/lib/comparing/comparison';
import { cn } from '@/app/_ui/cn';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { nameIn, type Words } from '@/lib/words/words';
import { type Locale } from '@/lib/words/locale';
import { formatBytes, formatNumber } from '@/lib/words/format';
import { configValueText } from '@/app/_ui/config-value';
import { RunTable } from './run-table';

/** What of service, scaling, script, environment, options and versions differs between the runs. */
export function SettingsTable({
  comparison: { runs, settings, scripts, referenceId },
}: {
  comparison: Comparison;
}) {
  const t = useWords();
  const locale = useLocale();
  const [all, setAll] = useState(false);

  const shown = settings.filter(({ differs, values }) =>
    all ? values.some((value) => value !== null) : differs,
  );
  const nameOf = (id: string): string => runs.find((run) => run.id === id)?.name ?? id;
  return (
    <section aria-label={t('compare.settings.title')} className="panel">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 pt-3 pb-2 sm:px-4">
        <h2 className="text-[15px] font-semibold">{t('compare.settings.title')}</h2>
        <label className="flex items-center gap-2 text-xs text-muted-foreground printing:hidden">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => setAll(event.target.checked)}
            className="size-4 accent-primary"
          />
          {t('compare.settings.all')}
        </label>
      </div>
      {shown.length === 0 ? (
        <p className="px-3 pb-5 text-sm text-muted-foreground sm:px-4">{t('compare.settings.same')}</p>
      ) : (
        <RunTable
          label={t('compare.settings.title')}
          first={t('compare.settings.setting')}
          runs={runs}
          className="max-h-[36rem]"
        >
          {shown.map((setting) => (
            <tr
              key={`${setting.section} ${setting.name}`}
              data-setting={`${setting.section}.${setting.name}`}
            >
              <th scope="row" className="max-w-72 px-3 py-1.5 text-left align-top font-normal sm:px-4">
                <span className="block text-[11px] text-muted-foreground">
                  {t(`compare.settings.sections.${setting.section}`)}
                </span>
                <span className="break-words" title={setting.name}>
                  {nameOfSetting(setting, t)}
                </span>
              </th>
              {setting.values.map((value, i) => (
                <td
                  key={runs[i]!.id}
                  className={cn(
                    'max-w-72 min-w-32 px-3 py-1.5 align-top font-mono text-xs break-words',
                    setting.differs && 'font-medium',
                    value === null && 'font-sans text-muted-foreground',
                  )}
                >
                  {value === null ? t('compare.settings.unset') : valueOf(setting, value, t, locale)}
                </td>
              ))}
            </tr>
          ))}
        </RunTable>
      )}
      {scripts.map((diff) => (
        <Diff
          key={`${diff.runId} ${diff.file}`}
          diff={diff}
          title={
            diff.file === null
              ? t('compare.settings.diff', { from: nameOf(referenceId), to: nameOf(diff.runId) })
              : t('compare.settings.diffOfFile', {
                  file: diff.file,
                  from: nameOf(referenceId),
                  to: nameOf(diff.runId),
                })
          }
        />
      ))}
    </section>
  );
}

function nameOfSetting({ section, name }: ComparedSetting, t: Words): string {
  if (section === 'autoscaling')
    return nameIn(t, 'services.configFields', name, nameIn(t, 'compare.settings.names', name));
  if (section === 'service' || section === 'script' || section === 'versions')
    return nameIn(t, 'compare.settings.names', name);
  return name;
}

function valueOf({ section, name }: ComparedSetting, value: string, t: Words, locale: Locale): string {
  if (section === 'autoscaling' && !value.endsWith('…'))
    return configValueText(name, JSON.parse(value), locale, t);
  if (section === 'script' && name === 'text') {
    const [lines, mark] = value.split(':');
    return t('compare.settings.lines', { n: formatNumber(Number(lines), locale), mark: mark ?? '' });
  }
  if (section === 'files') {
    const [bytes, mark] = value.split(':');
    return t('compare.settings.file', { size: formatBytes(Number(bytes), locale), mark: mark ?? '' });
  }
  return value;
}

/** A unified diff; a line's sign says what its colour says. */
function Diff({ diff, title }: { diff: ScriptDiff; title: string }) {
  const t = useWords();
  return (
    <div className="border-t px-3 py-3 sm:px-4" data-diff={diff.runId}>
      <h3 className="mb-2 text-[13px] font-semibold">{title}</h3>
      {diff.hunks.length > 0 && (
        <pre
          tabIndex={0}
          aria-label={title}
          className="max-h-96 overflow-auto rounded-lg border bg-muted/40 py-2 font-mono text-xs leading-relaxed"
        >
          {diff.hunks.map(({ oldStart, newStart, lines }) => (
            <div key={`${oldStart}-${newStart}`} className="min-w-max">
              <div className="px-3 text-muted-foreground">
                @@ −{oldStart} +{newStart} @@
              </div>
              {lines.map((line, i) => (
                <div
                  key={i}
                  className={cn(
                    'px-3',
                    line.startsWith('+')
                      ? 'bg-success-soft text-success'
                      : line.startsWith('-') && 'bg-danger-soft text-danger',
                  )}
                >
                  {line}
                </div>
              ))}
            </div>
          ))}
        </pre>
      )}
      {diff.cut && <p className="mt-2 text-xs text-muted-foreground">{t('compare.settings.cut')}</p>}
    </div>
  );
}
