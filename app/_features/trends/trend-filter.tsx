'use client';

import { useRouter } from 'next/navigation';
import { type Trend } from '@/lib/model/trend';
import { Field, Select } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';
import { naturalOrder } from '@/lib/model/natural-order';

/** Which script and service: only such as have runs together. */
export function TrendFilter({
  pairs,
  serviceName,
  scriptName,
}: Pick<Trend, 'pairs' | 'serviceName' | 'scriptName'>) {
  const t = useWords();
  const router = useRouter();
  const services = [
    ...new Set([...pairs.map((pair) => pair.serviceName), ...(serviceName === null ? [] : [serviceName])]),
  ].sort(naturalOrder);
  const scripts = pairs.filter((pair) => pair.serviceName === serviceName);
  const go = (service: string, script: string | null): void =>
    router.push(
      `/trends?${new URLSearchParams({ service, ...(script === null ? {} : { script }) }).toString()}`,
    );
  return (
    <div className="mb-4 flex flex-wrap gap-3">
      <Field id="trend-service" label={t('trend.service')} className="w-64 max-w-full">
        <Select
          id="trend-service"
          value={serviceName ?? ''}
          onChange={(event) =>
            go(
              event.target.value,
              pairs.some((pair) => pair.serviceName === event.target.value && pair.scriptName === scriptName)
                ? scriptName
                : null,
            )
          }
        >
          {services.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Field>
      <Field id="trend-script" label={t('trend.script')} className="w-64 max-w-full">
        <Select
          id="trend-script"
          value={scriptName ?? ''}
          onChange={(event) => go(serviceName ?? '', event.target.value)}
        >
          {scripts.map((pair) => (
            <option key={pair.scriptName} value={pair.scriptName}>
              {t('trend.pairOf', { script: pair.scriptName, runs: pair.runs })}
            </option>
          ))}
          {scriptName !== null && !scripts.some((pair) => pair.scriptName === scriptName) && (
            <option>{scriptName}</option>
          )}
        </Select>
      </Field>
    </div>
  );
}
