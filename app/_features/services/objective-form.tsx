'use client';

import { useState, type FormEvent } from 'react';
import { type Objective, noObjective } from '@/lib/model/objective';
import { type Service } from '@/lib/model/run';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Input } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';

type Limit = Exclude<keyof Objective, 'regression'>;

/** The limits in the order of the form, each with how many of the stored unit one of the shown unit is. */
const limits: { name: Limit; unit: 's' | 'ms' | '%' | ''; scale: number }[] = [
  { name: 'incidentMs', unit: 's', scale: 1000 },
  { name: 'lagMs', unit: 's', scale: 1000 },
  { name: 'slowerThanMs', unit: 'ms', scale: 1 },
  { name: 'slowShare', unit: '%', scale: 0.01 },
  { name: 'failedShare', unit: '%', scale: 0.01 },
  { name: 'overLimitMs', unit: 's', scale: 1000 },
  { name: 'mostWaiting', unit: '', scale: 1 },
  { name: 'coldStarts', unit: '', scale: 1 },
];

/** What a share or a time is written as, without the tail that binary fractions leave. */
const shown = (value: number, scale: number): string => `${Number((value / scale).toPrecision(12))}`;
const stored = (text: string, scale: number): number | null =>
  text.trim() === '' ? null : Number((Number(text.trim().replace(',', '.')) * scale).toPrecision(12));

/** What the runs of a service must not exceed, and what its pods cost. What was typed stays when the server refuses it. */
export function ObjectiveForm({ service, onDone }: { service: Service; onDone: () => void }) {
  const t = useWords();
  const before = service.objective ?? noObjective;
  const [texts, setTexts] = useState(
    () =>
      Object.fromEntries(
        limits.map(({ name, scale }) => [name, before[name] === null ? '' : shown(before[name], scale)]),
      ) as Record<Limit, string>,
  );
  const [regression, setRegression] = useState(before.regression);
  const [price, setPrice] = useState(`${service.pricePerPodHour ?? ''}`);
  const { busy, problem, errorOf, attempt } = useAttempt();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void attempt(async () => {
      const { id, origin: _origin, gatewayClient: _kept, ...input } = service;
      const asked = Object.fromEntries(
        limits.map(({ name, scale }) => [name, stored(texts[name], scale)]),
      ) as Record<Limit, number | null>;
      await api('PUT /api/services/{id}', {
        params: { id },
        body: { ...input, objective: { ...asked, regression }, pricePerPodHour: stored(price, 1) },
      });
      onDone();
    });
  };
  const field = (
    name: Limit | 'pricePerPodHour',
    unit: string,
    value: string,
    change: (text: string) => void,
  ) => {
    const id = `objective-${name}`;
    const path = name === 'pricePerPodHour' ? name : `objective.${name}`;
    const hint = t(`verdicts.fields.${name}Hint`);
    const error = errorOf(path);
    const label = t(`verdicts.fields.${name}`);
    return (
      <Field
        key={name}
        id={id}
        label={unit === '' ? label : t('common.aside', { text: label, aside: unit })}
        hint={hint}
        error={error}
      >
        <Input
          inputMode="decimal"
          autoComplete="off"
          value={value}
          placeholder={name === 'pricePerPodHour' ? '' : t('verdicts.fields.notAsked')}
          onChange={(event) => change(event.target.value)}
          {...describedBy(id, error, hint)}
        />
      </Field>
    );
  };
  const known = ['objective', 'pricePerPodHour'];
  return (
    <form onSubmit={submit} noValidate className="mt-4 space-y-4">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        {limits.map(({ name, unit }) =>
          field(name, unit, texts[name], (text) => setTexts((current) => ({ ...current, [name]: text }))),
        )}
        {field('pricePerPodHour', '', price, setPrice)}
      </div>
      <label className="flex items-start gap-2.5 text-sm">
        <input
          type="checkbox"
          checked={regression}
          onChange={(event) => setRegression(event.target.checked)}
          className="mt-0.5 size-4 accent-[var(--primary)]"
        />
        <span>
          {t('verdicts.fields.regression')}
          <span className="block text-xs text-muted-foreground">{t('verdicts.fields.regressionHint')}</span>
        </span>
      </label>
      {problem && !problem.errors.some(({ path }) => known.includes(path.split('.')[0] ?? '')) && (
        <ProblemNotice problem={problem} />
      )}
      <Button type="submit" variant="primary" busy={busy}>
        {t('common.save')}
      </Button>
    </form>
  );
}
