import { expect, it } from 'vitest';
import { StatusError } from '@/lib/lab/status';
import { admitKnativeService } from '@/lib/lab/webhook';
import { refusedIn } from './refused-in';

function refusalOf(service: object): string {
  try {
    admitKnativeService(service);
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

const service = (annotations: Record<string, string>, spec: object): object => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'shop', annotations: { 'autoscaling.knative.dev/window': '60s' } },
  spec: {
    template: { metadata: { annotations }, spec: { containers: [{ image: 'helloworld-go' }], ...spec } },
  },
});

it('finds each field that Knative’s webhook refuses, with its words and their details', () => {
  const at = 'spec.template.metadata.annotations.autoscaling.knative.dev';
  const message = refusalOf(
    service(
      { 'autoscaling.knative.dev/max-scale': '1', 'autoscaling.knative.dev/min-scale': '3' },
      { containerConcurrency: 2000 },
    ),
  );
  expect(refusedIn(message)).toEqual([
    { path: 'spec.template.spec.containerConcurrency', text: 'expected 0 <= 2000 <= 1000' },
    {
      path: 'metadata.annotations',
      text: 'invalid key name "autoscaling.knative.dev/window"\nautoscaling annotations must be put under "spec.template.metadata.annotations" to work',
    },
    { path: `${at}/max-scale`, text: 'max-scale=1 is less than min-scale=3' },
    { path: `${at}/min-scale`, text: 'max-scale=1 is less than min-scale=3' },
  ]);
});

it('finds each field that strict decoding does not know', () => {
  const message = refusalOf(service({}, { containerConcurency: 1, colour: 'blue' }));
  expect(
    refusedIn(message)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['spec.template.spec.colour', 'spec.template.spec.containerConcurency']);
});

// What a real Knative answered to `containerConcurrency: many`.
it('finds the field whose value is of another kind', () => {
  const text =
    'cannot unmarshal string into Go struct field RevisionSpec.spec.ConfigurationSpec.template.spec.containerConcurrency of type int64';
  expect(
    refusedIn(
      `admission webhook "webhook.serving.knative.dev" denied the request: mutation failed: cannot decode incoming new object: json: ${text}`,
    ),
  ).toEqual([{ path: 'spec.template.spec.containerConcurrency', text }]);
  // Of an older Go the type's own field alone: where that lies is not told.
  expect(
    refusedIn(
      'json: cannot unmarshal string into Go struct field RevisionSpec.containerConcurrency of type int64',
    ),
  ).toEqual([]);
});

it('finds none where a message names none', () => {
  expect(refusedIn('pods is forbidden: User "x" cannot list resource "pods"')).toEqual([]);
  expect(refusedIn('admission webhook "quota" denied the request: too many services')).toEqual([]);
});
