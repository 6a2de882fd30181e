import { type OperatorLoad } from '@/lib/model/operator-load';

/** How k6-operator is to make the load, as it is typed. */
export interface OperatorDraft {
  runners: string;
  namespace: string;
  image: string;
  cpu: string;
  memory: string;
  /** `key=value`, with commas between. */
  nodeSelector: string;
  /** As kubectl writes taints: `key=value:Effect`, with commas between. */
  tolerations: string;
}

/** The draft of a first visit, or of a run that is to be asked for again. */
export function operatorDraft(from: OperatorLoad | null): OperatorDraft {
  const { requests } = from?.resources ?? {};
  return {
    runners: `${from?.runners ?? 4}`,
    namespace: from?.namespace ?? '',
    image: from?.image ?? '',
    cpu: requests?.cpu ?? '',
    memory: requests?.memory ?? '',
    nodeSelector: Object.entries(from?.nodeSelector ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(', '),
    tolerations: (from?.tolerations ?? [])
      .map(
        ({ key = '', value, effect }) =>
          `${key}${value === undefined ? '' : `=${value}`}${effect === undefined ? '' : `:${effect}`}`,
      )
      .join(', '),
  };
}

/**
 * What the draft asks for; what is empty is left out. Processors are asked for and not limited, since a runner that is
 * held back measures itself; memory is both.
 */
export function operatorOf(draft: OperatorDraft): Record<string, unknown> {
  const given = (name: 'namespace' | 'image'): object => {
    const value = draft[name].trim();
    return value === '' ? {} : { [name]: value };
  };
  const [cpu, memory] = [draft.cpu.trim(), draft.memory.trim()];
  const selector = partsOf(draft.nodeSelector).map((part): [string, string] => {
    const [key = '', value = ''] = part.split(/=(.*)/);
    return [key.trim(), value.trim()];
  });
  const tolerations = partsOf(draft.tolerations).map(tolerationOf);
  return {
    runners: Number(draft.runners),
    ...given('namespace'),
    ...given('image'),
    ...(cpu === '' && memory === ''
      ? {}
      : {
          resources: {
            requests: { ...(cpu === '' ? {} : { cpu }), ...(memory === '' ? {} : { memory }) },
            ...(memory === '' ? {} : { limits: { memory } }),
          },
        }),
    ...(selector.length === 0 ? {} : { nodeSelector: Object.fromEntries(selector) }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
}

function partsOf(text: string): string[] {
  return text
    .split(/[,，、\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function tolerationOf(part: string): object {
  const [, key = '', value, effect] = /^([^=:]*)(?:=([^:]*))?(?::(.*))?$/.exec(part) ?? [];
  return {
    ...(key === '' ? {} : { key }),
    ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
    ...(effect === undefined ? {} : { effect }),
  };
}
