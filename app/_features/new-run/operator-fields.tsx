'use client';

import { errorAt, type FieldProblem } from '@/lib/api/api-problem';
import { usualRunnerImage } from '@/lib/model/operator-load';
import { type Service } from '@/lib/model/run';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { describedBy, Field, Input, Select } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { operatorDraft, type OperatorDraft } from './operator-draft';

/** Who makes the load, where the service's cluster has k6-operator or a run asked for it; otherwise nothing. */
export function OperatorFields({
  service,
  operator,
  onChange,
  errors,
}: {
  service: Service;
  /** Null: k6 on this machine. */
  operator: OperatorDraft | null;
  onChange: (operator: OperatorDraft | null) => void;
  errors: readonly FieldProblem[];
}) {
  const t = useWords();
  const say = useSay();
  const { data } = useAsked(
    (signal) => api('GET /api/services/{id}/k6-operator', { params: { id: service.id }, signal }),
    service.id,
  );
  if (operator === null && (data === null || data.why !== null)) return null;
  return (
    <fieldset className="panel space-y-4 p-4 sm:p-5">
      <legend className="sr-only">{t('newRun.operator.title')}</legend>
      <h2 aria-hidden className="text-sm font-semibold">
        {t('newRun.operator.title')}
      </h2>
      <Select
        aria-label={t('newRun.operator.title')}
        value={operator === null ? 'k6' : 'k6-operator'}
        onChange={(event) => onChange(event.target.value === 'k6' ? null : operatorDraft(null))}
      >
        <option value="k6">{t('newRun.operator.here')}</option>
        <option value="k6-operator">{t('newRun.operator.there')}</option>
      </Select>
      {operator !== null && data?.why && (
        <p role="alert" className="text-xs text-danger">
          {say(data.why)}
        </p>
      )}
      {operator !== null && (
        <Runners
          operator={operator}
          change={(part) => onChange({ ...operator, ...part })}
          namespace={data?.namespace ?? ''}
          errors={errors}
        />
      )}
    </fieldset>
  );
}

function Runners({
  operator,
  change,
  namespace,
  errors,
}: {
  operator: OperatorDraft;
  change: (part: Partial<OperatorDraft>) => void;
  /** Where the runners are unless another is named. */
  namespace: string;
  errors: readonly FieldProblem[];
}) {
  const t = useWords();
  const field = (
    name: keyof OperatorDraft,
    path: string,
    { hint, placeholder, wide }: { hint?: string; placeholder?: string; wide?: boolean } = {},
  ) => {
    const error = errorAt(errors, `operator.${path}`);
    const id = `operator-${name}`;
    return (
      <Field
        id={id}
        label={t(`newRun.operator.${name}`)}
        hint={hint}
        error={error}
        {...(wide ? { className: 'col-span-2' } : {})}
      >
        <Input
          {...(name === 'runners' ? { type: 'number', min: 1, max: 200 } : {})}
          value={operator[name]}
          placeholder={placeholder}
          onChange={(event) => change({ [name]: event.target.value })}
          {...describedBy(id, error, hint)}
        />
      </Field>
    );
  };
  return (
    <div className="grid grid-cols-2 gap-x-3 gap-y-4">
      {field('runners', 'runners', { hint: t('newRun.operator.runnersHint'), wide: true })}
      {field('cpu', 'resources.requests.cpu', { placeholder: '1' })}
      {field('memory', 'resources.requests.memory', { placeholder: '512Mi' })}
      <details
        className="col-span-2"
        open={['namespace', 'image', 'nodeSelector', 'tolerations'].some(
          (name) => errorAt(errors, `operator.${name}`) !== undefined,
        )}
      >
        <summary className="cursor-pointer text-sm text-muted-foreground hover:text-foreground">
          {t('newRun.operator.placement')}
        </summary>
        <div className="mt-3 space-y-4">
          {field('namespace', 'namespace', {
            placeholder: namespace,
            hint: t('newRun.operator.namespaceHint'),
          })}
          {field('image', 'image', { placeholder: usualRunnerImage })}
          {field('nodeSelector', 'nodeSelector', { placeholder: 'pool=load, disk=ssd' })}
          {field('tolerations', 'tolerations', { placeholder: 'dedicated=load:NoSchedule' })}
        </div>
      </details>
    </div>
  );
}
