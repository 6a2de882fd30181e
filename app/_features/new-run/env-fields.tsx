'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '@/app/_ui/primitives/button';
import { Input } from '@/app/_ui/primitives/field';
import { errorAt, type FieldProblem } from '@/lib/api/api-problem';
import { useWords } from '@/app/_ui/words/provider';
import { type Draft } from './draft';

/** Variables beside the script's parameters. */
export function EnvFields({
  env,
  onChange,
  errors,
}: {
  env: Draft['env'];
  onChange: (env: Draft['env']) => void;
  errors: readonly FieldProblem[];
}) {
  const t = useWords();
  const change = (index: number, part: Partial<Draft['env'][number]>): void =>
    onChange(env.map((one, i) => (i === index ? { ...one, ...part } : one)));
  return (
    <fieldset className="panel space-y-3 p-4 sm:p-5">
      <legend className="sr-only">{t('newRun.env')}</legend>
      <h2 aria-hidden className="text-sm font-semibold">
        {t('newRun.env')}
      </h2>
      <p className="text-xs text-muted-foreground">{t('newRun.envHint')}</p>
      {env.map((one, index) => {
        const error = errorAt(errors, `env.${one.name.trim()}`);
        return (
          <div key={index}>
            <div className="grid grid-cols-2 items-center gap-x-2 gap-y-1">
              <Input
                aria-label={t('newRun.envName')}
                aria-invalid={error ? true : undefined}
                placeholder={t('newRun.envName')}
                className="font-mono text-xs"
                value={one.name}
                onChange={(event) => change(index, { name: event.target.value })}
              />
              <Input
                aria-label={t('newRun.envValue')}
                placeholder={t('newRun.envValue')}
                className="font-mono text-xs"
                value={one.value}
                onChange={(event) => change(index, { value: event.target.value })}
              />
              <label className="flex shrink-0 items-center gap-1.5 text-xs whitespace-nowrap">
                <input
                  type="checkbox"
                  className="size-4 accent-primary"
                  checked={one.isPlain}
                  onChange={(event) => change(index, { isPlain: event.target.checked })}
                />
                {t('newRun.envPlain')}
              </label>
              <Button
                variant="ghost"
                size="icon"
                className="justify-self-end"
                aria-label={t('newRun.removeEnv', { name: one.name })}
                onClick={() => onChange(env.filter((_, i) => i !== index))}
              >
                <X />
              </Button>
            </div>
            {error && (
              <p role="alert" className="mt-1 text-xs text-danger">
                {error}
              </p>
            )}
          </div>
        );
      })}
      <Button size="sm" onClick={() => onChange([...env, { name: '', value: '', isPlain: false }])}>
        <Plus />
        {t('newRun.addEnv')}
      </Button>
    </fieldset>
  );
}
