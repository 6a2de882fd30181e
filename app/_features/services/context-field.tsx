'use client';

import { type ApiAnswer } from '@/lib/api/client';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { describedBy, Field, Select } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';

type Contexts = ApiAnswer<'GET /api/services/contexts'>;

/**
 * Chooses the kubeconfig's context by which a cluster is asked; null: the current one. `onlyIfMany`: nothing is shown
 * where there is nothing to choose from.
 */
export function ContextField({
  id,
  value,
  error,
  onlyIfMany = false,
  onChange,
}: {
  id: string;
  value: string | null;
  error?: string | undefined;
  onlyIfMany?: boolean;
  onChange: (context: string | null) => void;
}) {
  const t = useWords();
  const { data, problem } = useAsked((signal) => api('GET /api/services/contexts', { signal }), 'contexts');
  const contexts = data?.contexts ?? [];
  if (onlyIfMany && value === null && contexts.length < 2 && !data?.unreadable.length) return null;
  const unreadable = problem?.detail ?? data?.unreadable.join(' ');
  const hint = unreadable
    ? t('services.context.unreadable', { cause: unreadable })
    : t('services.fields.kubeContextHint');
  const known = value === null || contexts.some(({ name }) => name === value);
  return (
    <Field id={id} label={t('services.fields.kubeContext')} hint={hint} error={error}>
      <Select
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        {...describedBy(id, error, hint)}
      >
        <option value="">
          {data?.current
            ? t('services.context.currentNamed', { name: data.current })
            : t('services.context.current')}
        </option>
        {!known && (
          <option value={value}>{data ? t('services.context.gone', { name: value }) : value}</option>
        )}
        {contexts.map((context) => (
          <option key={context.name} value={context.name} disabled={context.server === null}>
            <ContextName context={context} />
          </option>
        ))}
      </Select>
    </Field>
  );
}

function ContextName({
  context: { name, server, isServiceAccount },
}: {
  context: Contexts['contexts'][number];
}) {
  const t = useWords();
  if (server === null) return t('services.context.withoutCluster', { name });
  return isServiceAccount
    ? t('services.context.serviceAccount', { server })
    : t('services.context.named', { name, server });
}
