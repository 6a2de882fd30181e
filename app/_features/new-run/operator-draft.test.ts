import { expect, it } from 'vitest';
import { operatorLoadSchema } from '@/lib/model/operator-load';
import { operatorDraft, operatorOf } from './operator-draft';

it('what a run asked of k6-operator is asked again as it was', () => {
  const asked = operatorLoadSchema.parse({
    runners: 12,
    namespace: 'load',
    image: 'registry.example:5000/k6@sha256:0a1b',
    resources: { requests: { cpu: '1500m', memory: '512Mi' }, limits: { memory: '512Mi' } },
    nodeSelector: { pool: 'load', 'example.com/disk': '' },
    tolerations: [
      { key: 'dedicated', operator: 'Equal', value: 'load', effect: 'NoSchedule' },
      { key: 'gpu', operator: 'Exists' },
    ],
  });
  expect(operatorLoadSchema.parse(operatorOf(operatorDraft(asked)))).toEqual(asked);
});

it('what is not filled in is the cluster’s own', () => {
  const draft = operatorDraft(null);
  expect(operatorOf(draft)).toEqual({ runners: Number(draft.runners) });
});

it.each([
  [{ runners: '0' }, 'runners'],
  [{ runners: '1.5' }, 'runners'],
  [{ namespace: 'Not Good' }, 'namespace'],
  [{ image: 'k6; rm' }, 'image'],
  [{ cpu: 'two' }, 'resources.requests.cpu'],
  [{ tolerations: 'gpu:Never' }, 'tolerations.0.effect'],
  [{ tolerations: 'gpu==a100' }, 'tolerations.0.value'],
  [{ nodeSelector: 'no pair' }, 'nodeSelector.no pair'],
  [{ nodeSelector: 'pool=load test' }, 'nodeSelector.pool'],
])('refuses %j at its field', (part, path) => {
  const { error } = operatorLoadSchema.safeParse(operatorOf({ ...operatorDraft(null), ...part }));
  expect(error?.issues[0]?.path.join('.')).toBe(path);
});
