'use client';

import { ChevronRight, Undo2 } from 'lucide-react';
import { placeOf, type WhatIfField } from '@/lib/whatif';
import { Button } from '@/app/_ui/primitives/button';
import { Input, Select } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';
import { type WhatIfDraft } from './draft';
import { applies, choicesOf, fieldGroups, isOfProbe } from './fields';

/** The settings, each with what it means and the annotation it stands for; what is changed is marked and can be undone. */
export function SettingsForm({
  own,
  effective,
  draft,
  errors,
  onChange,
}: {
  /** The service's own values, and those in force with the changes. */
  own: Partial<Record<WhatIfField, number | string>>;
  effective: Partial<Record<WhatIfField, number | string>>;
  draft: WhatIfDraft;
  errors: Partial<Record<WhatIfField, string>>;
  onChange: (draft: WhatIfDraft) => void;
}) {
  const t = useWords();
  const changed = Object.keys(draft).length;
  const autoscalerClass = draft.class ?? String(own.class ?? 'kpa');
  const set = (field: WhatIfField, value: string | null): void => {
    const next = { ...draft };
    if (value === null || value === String(own[field] ?? '')) delete next[field];
    else next[field] = value;
    onChange(next);
  };
  return (
    <section aria-label={t('whatif.settings')} className="panel min-w-0">
      <div className="flex min-h-12 items-center justify-between gap-2 border-b px-4 py-2">
        <div>
          <h2 className="text-sm font-semibold">{t('whatif.settings')}</h2>
          <p className="text-xs text-muted-foreground" data-changed={changed}>
            {t('whatif.changed', { n: changed })}
          </p>
        </div>
        {changed > 0 && (
          <Button size="sm" onClick={() => onChange({})}>
            <Undo2 />
            {t('whatif.resetAll')}
          </Button>
        )}
      </div>
      {fieldGroups.map(({ group, fields, open }) => {
        const shown = fields.filter(
          (field) => applies(field, autoscalerClass) && (own[field] !== undefined || !isOfProbe(field)),
        );
        if (shown.length === 0) return null;
        return (
          <details
            key={group}
            open={open || shown.some((field) => draft[field] !== undefined || errors[field])}
            className="group border-b last:border-0"
          >
            <summary className="flex list-none items-center gap-1.5 px-4 py-2.5 text-[13px] font-medium select-none hover:bg-muted/50">
              <ChevronRight
                aria-hidden
                className="size-4 text-muted-foreground transition-transform group-open:rotate-90"
              />
              {t(`whatif.groups.${group}`)}
            </summary>
            <div className="space-y-3.5 px-4 pt-1 pb-4">
              {shown.map((field) => (
                <SettingField
                  key={field}
                  field={field}
                  own={own[field]}
                  value={draft[field] ?? String(effective[field] ?? '')}
                  changed={draft[field] !== undefined}
                  error={errors[field]}
                  onChange={(value) => set(field, value)}
                />
              ))}
            </div>
          </details>
        );
      })}
    </section>
  );
}

function SettingField({
  field,
  own,
  value,
  changed,
  error,
  onChange,
}: {
  field: WhatIfField;
  own: number | string | undefined;
  value: string;
  changed: boolean;
  error: string | undefined;
  onChange: (value: string | null) => void;
}) {
  const t = useWords();
  const id = `what-if-${field}`;
  const label = t(`whatif.fields.${field}`);
  const choices = choicesOf[field];
  const place = placeOf(field);
  const props = {
    id,
    value,
    'aria-describedby': `${id}-about`,
    ...(error ? { 'aria-invalid': true as const } : {}),
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return (
    <div data-field={field} className={changed ? '-ml-2.5 border-l-2 border-primary pl-2' : ''}>
      <div className="mb-1 flex min-h-6 items-center justify-between gap-2">
        <label htmlFor={id} className="text-[13px] font-medium">
          {label}
        </label>
        {changed && (
          <button
            type="button"
            aria-label={t('whatif.reset', { field: label })}
            onClick={() => onChange(null)}
            className="flex min-h-6 items-center gap-1 rounded px-1 text-xs text-muted-foreground hover:text-foreground"
          >
            <Undo2 aria-hidden className="size-3" />
            {t('whatif.was', { value: own === undefined ? t('whatif.asObserved') : String(own) })}
          </button>
        )}
      </div>
      {choices ? (
        <Select {...props}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </Select>
      ) : (
        <Input
          {...props}
          inputMode="decimal"
          autoComplete="off"
          className="tabular"
          placeholder={field === 'podStartMs' ? t('whatif.asObserved') : undefined}
        />
      )}
      <div id={`${id}-about`} className="mt-1 text-xs">
        {error && (
          <p role="alert" className="mb-0.5 text-danger">
            {error}
          </p>
        )}
        <p className="text-muted-foreground">{t(`whatif.hints.${field}`)}</p>
        {place && (
          <code className="block font-mono text-[11px] break-all text-muted-foreground">{place}</code>
        )}
      </div>
    </div>
  );
}
