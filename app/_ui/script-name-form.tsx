'use client';

import { useState, type FormEvent } from 'react';
import { ProblemNotice } from './problem-notice';
import { Button } from './primitives/button';
import { describedBy, Field, Input } from './primitives/field';
import { useAttempt } from './data/use-attempt';
import { useWords } from './words/provider';

/** Asks for a script's name. `taken`: saving under one of these replaces that script. */
export function ScriptNameForm({
  initial,
  taken,
  onSave,
}: {
  initial: string;
  taken: readonly string[];
  onSave: (name: string) => Promise<void>;
}) {
  const t = useWords();
  const [name, setName] = useState(initial);
  const { busy, problem, attempt } = useAttempt();
  const wrong = problem?.errors.some(({ path }) => path === 'name')
    ? t('history.scripts.nameHint')
    : undefined;
  const replaces = taken.includes(name.trim());
  const save = (event: FormEvent): void => {
    event.preventDefault();
    // React sends a dialog's events on to the form around it: a name saved must not start the new run.
    event.stopPropagation();
    void attempt(() => onSave(name.trim()));
  };
  return (
    <form onSubmit={save} noValidate className="mt-4 space-y-4">
      <Field
        id="script-name"
        label={t('common.name')}
        hint={replaces ? t('history.scripts.replaces') : t('history.scripts.nameHint')}
        error={wrong}
      >
        <Input
          value={name}
          autoFocus
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
          {...describedBy('script-name', wrong, true)}
        />
      </Field>
      {problem && !wrong && <ProblemNotice problem={problem} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" busy={busy} disabled={name.trim() === ''}>
          {replaces ? t('history.scripts.replace') : t('common.save')}
        </Button>
      </div>
    </form>
  );
}
