'use client';

import { Play, X } from 'lucide-react';
import { useRef, useState } from 'react';
import {
  mostSweepPoints,
  probeSettingsOf,
  settingsOf,
  type SweepPoint,
  sweepSize,
  type WhatIfField,
  whatIfFields,
  type WhatIfSettings,
} from '@/lib/whatif';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { Field, Input, Select } from '@/app/_ui/primitives/field';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { type ApiProblem, toProblem } from '@/lib/api/api-problem';
import { runSweep, type WhatIfSource } from '@/app/_ui/data/what-if';
import { formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { choicesOf, applies, isOfProbe } from './fields';
import { gridOf, noAxis, suggestedAxis, type AxisDraft } from './sweep-axis';
import { type CountedPoint } from './sweep-point';
import { SweepResult } from './sweep-result';

interface Sweep {
  size: number;
  points: SweepPoint[];
  typed: CountedPoint | null;
  state: 'running' | 'done' | 'cancelled' | 'failed';
}

const drawEveryMs = 150;

/** A grid over up to three settings: chosen, replayed with progress and cancel, shown as a Pareto plot. */
export function SweepPanel({
  source,
  settings,
  own,
  probes,
  typed,
  onOpen,
}: {
  source: WhatIfSource;
  settings: WhatIfSettings;
  own: WhatIfResult['own'];
  probes: WhatIfResult['demand']['probes'];
  /** What was typed, replayed: a point among the others, so that none worse is suggested. Null: nothing was changed. */
  typed: WhatIfResult['replay'];
  onOpen: (settings: WhatIfSettings) => void;
}) {
  const say = useSay();
  const t = useWords();
  const locale = useLocale();
  const [axes, setAxes] = useState<AxisDraft[]>(() => [
    suggestedAxis('targetUtilizationPercent', undefined, undefined),
    suggestedAxis('minScale', undefined, undefined),
    noAxis,
  ]);
  const [sweep, setSweep] = useState<Sweep | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const running = useRef<AbortController | null>(null);
  const { grid, errors } = gridOf(axes);
  const size = grid.length === 0 ? 0 : sweepSize(grid);
  const tooMany = size > mostSweepPoints;
  const twice = new Set(grid.map(({ field }) => field)).size < grid.length;
  const values: Partial<Record<WhatIfField, number | string>> = {
    ...settingsOf(own.config),
    ...probeSettingsOf(probes),
  };
  const fields = whatIfFields.filter(
    (field) =>
      applies(field, settings.class ?? own.config.class) &&
      (probes.length > 0 || !isOfProbe(field)) &&
      field !== 'pricePerPodHour',
  );

  const start = async (): Promise<void> => {
    const ended = new AbortController();
    running.current = ended;
    const points: SweepPoint[] = [];
    let drawnMs = 0;
    setProblem(null);
    const typedPoint = typed && { index: size, settings, figures: typed.figures };
    const end = (state: Sweep['state']): void =>
      setSweep({ size, points: [...points], typed: typedPoint, state });
    end('running');
    try {
      await runSweep(
        source,
        settings,
        grid,
        (more) => {
          points.push(...more);
          if (performance.now() - drawnMs < drawEveryMs) return;
          drawnMs = performance.now();
          if (!ended.signal.aborted) end('running');
        },
        ended.signal,
      );
      end('done');
    } catch (error) {
      if (ended.signal.aborted) return end('cancelled');
      setProblem(toProblem(error));
      end('failed');
    }
  };
  const isRunning = sweep?.state === 'running';
  return (
    <section aria-label={t('whatif.sweep.title')} className="panel min-w-0 p-4">
      <h2 className="text-sm font-semibold">{t('whatif.sweep.title')}</h2>
      <p className="mt-0.5 text-[13px] text-muted-foreground">{t('whatif.sweep.text')}</p>
      <div className="mt-3 grid grid-cols-1 gap-3 md:grid-cols-3">
        {axes.map((axis, index) => (
          <Axis
            key={index}
            index={index}
            axis={axis}
            fields={fields}
            valueOf={(field) => values[field]}
            error={errors[index] ? say(errors[index]) : null}
            onChange={(next) => setAxes(axes.map((one, at) => (at === index ? next : one)))}
          />
        ))}
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {isRunning ? (
          <Button onClick={() => running.current?.abort()}>
            <X />
            {t('whatif.sweep.cancel')}
          </Button>
        ) : (
          <Button
            variant="primary"
            disabled={size === 0 || tooMany || twice || errors.some((error) => error !== null)}
            onClick={() => void start()}
          >
            <Play />
            {t('whatif.sweep.start')}
          </Button>
        )}
        <span data-size className={`tabular text-sm ${tooMany ? 'text-danger' : 'text-muted-foreground'}`}>
          {size === 0
            ? t('whatif.sweep.choose')
            : t('whatif.sweep.size', {
                n: tooMany
                  ? `${formatNumber(size, locale)} > ${formatNumber(mostSweepPoints, locale)}`
                  : formatNumber(size, locale),
              })}
        </span>
        {sweep && isRunning && (
          <div className="flex min-w-40 flex-1 items-center gap-3">
            <div
              role="progressbar"
              aria-label={t('whatif.sweep.title')}
              aria-valuenow={sweep.points.length}
              aria-valuemin={0}
              aria-valuemax={sweep.size}
              className="h-1.5 flex-1 overflow-hidden rounded-full bg-muted"
            >
              <div
                className="h-full rounded-full bg-primary"
                style={{ width: `${(sweep.points.length / sweep.size) * 100}%` }}
              />
            </div>
            <span className="tabular text-xs text-muted-foreground">
              {t('whatif.sweep.progress', {
                done: formatNumber(sweep.points.length, locale),
                all: formatNumber(sweep.size, locale),
              })}
            </span>
          </div>
        )}
        {sweep && !isRunning && (
          <p role="status" data-sweep={sweep.state} className="text-sm">
            {sweep.state === 'done'
              ? t('whatif.sweep.finished', {
                  n: formatNumber(sweep.points.length, locale),
                  refused: sweep.points.filter((point) => 'problems' in point).length,
                })
              : t('whatif.sweep.cancelled', { done: formatNumber(sweep.points.length, locale) })}
          </p>
        )}
      </div>
      {problem && <ProblemNotice problem={problem} className="mt-3" />}
      {sweep && sweep.points.length > 0 && (
        <SweepResult points={sweep.points} own={own.figures} typed={sweep.typed} onOpen={onOpen} />
      )}
    </section>
  );
}

function Axis({
  index,
  axis,
  fields,
  valueOf,
  error,
  onChange,
}: {
  index: number;
  axis: AxisDraft;
  fields: readonly WhatIfField[];
  valueOf: (field: WhatIfField) => number | string | undefined;
  error: string | null;
  onChange: (axis: AxisDraft) => void;
}) {
  const t = useWords();

  const id = `sweep-${index}`;
  const choices = axis.field === '' ? undefined : choicesOf[axis.field];
  const text = (name: 'from' | 'to' | 'step' | 'list', label: string) => (
    <div className="min-w-0 flex-1">
      <label htmlFor={`${id}-${name}`} className="mb-1 block text-xs text-muted-foreground">
        {label}
      </label>
      <Input
        id={`${id}-${name}`}
        inputMode={name === 'list' ? 'text' : 'decimal'}
        autoComplete="off"
        className="tabular px-2"
        value={axis[name]}
        aria-invalid={error ? true : undefined}
        onChange={(event) => onChange({ ...axis, [name]: event.target.value })}
      />
    </div>
  );
  return (
    <div className="min-w-0 rounded-lg border p-3" data-axis={index}>
      <Field id={`${id}-field`} label={t('whatif.sweep.axis', { n: index + 1 })} error={error ?? undefined}>
        <Select
          id={`${id}-field`}
          value={axis.field}
          onChange={(event) => {
            const field = fields.find((one) => one === event.target.value);
            onChange(field ? suggestedAxis(field, valueOf(field), choicesOf[field]) : noAxis);
          }}
        >
          <option value="">{t('whatif.sweep.none')}</option>
          {fields.map((field) => (
            <option key={field} value={field}>
              {t(`whatif.fields.${field}`)}
            </option>
          ))}
        </Select>
      </Field>
      {axis.field !== '' && (
        <div className="mt-2.5 space-y-2">
          {!choices && (
            <Segmented<AxisDraft['kind']>
              label={t('common.aside', {
                text: t('whatif.sweep.kind'),
                aside: t('whatif.sweep.axis', { n: index + 1 }),
              })}
              value={axis.kind}
              onChange={(kind) => onChange({ ...axis, kind })}
              options={[
                { value: 'range', label: t('whatif.sweep.range') },
                { value: 'list', label: t('whatif.sweep.list') },
              ]}
            />
          )}
          <div className="flex gap-2">
            {axis.kind === 'list'
              ? text('list', t('whatif.sweep.values'))
              : [
                  text('from', t('whatif.sweep.from')),
                  text('to', t('whatif.sweep.to')),
                  text('step', t('whatif.sweep.step')),
                ].map((one, at) => (
                  <div key={at} className="flex min-w-0 flex-1">
                    {one}
                  </div>
                ))}
          </div>
        </div>
      )}
    </div>
  );
}
