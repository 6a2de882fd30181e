import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { StatusError } from './status';
import { admitKnativeService } from './webhook';

interface Given {
  metadata?: object;
  annotations?: Record<string, string>;
  template?: object;
  spec?: object;
  container?: object;
}

const service = ({ metadata, annotations, template, spec, container }: Given = {}): object => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'shop', namespace: 'default', ...metadata },
  spec: {
    template: {
      metadata: {
        annotations: Object.fromEntries(
          Object.entries(annotations ?? {}).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]),
        ),
        ...template,
      },
      spec: { containers: [{ image: 'helloworld-go', ...container }], ...spec },
    },
  },
});

function refusal(given: Given): StatusError {
  try {
    admitKnativeService(service(given));
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const denied =
  'admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: ';
const at = 'spec.template.metadata.annotations.autoscaling.knative.dev';

describe('a Knative Service that the webhook refuses', () => {
  it.each<[string, Given, string]>([
    [
      'a bound below zero',
      { annotations: { 'max-scale': '-3' } },
      `expected 0 <= -3 <= 2147483647: ${at}/max-scale`,
    ],
    ['no number', { annotations: { 'max-scale': 'many' } }, `invalid value: many: ${at}/max-scale`],
    [
      'bounds in the wrong order',
      { annotations: { 'min-scale': '3', 'max-scale': '1' } },
      `max-scale=1 is less than min-scale=3: ${at}/max-scale, ${at}/min-scale`,
    ],
    [
      'a metric that the class does not know',
      { annotations: { class: 'kpa.autoscaling.knative.dev', metric: 'cpu' } },
      `invalid value: cpu: ${at}/metric`,
    ],
    [
      'an unknown class',
      { annotations: { class: 'x.knative.dev' } },
      `invalid value: x.knative.dev: ${at}/class`,
    ],
    ['a window too short', { annotations: { window: '1s' } }, `expected 6s <= 1s <= 1h0m0s: ${at}/window`],
    [
      'annotations in the wrong place',
      { metadata: { annotations: { 'autoscaling.knative.dev/max-scale': '3' } } },
      'invalid key name "autoscaling.knative.dev/max-scale": metadata.annotations\nautoscaling annotations must be put under "spec.template.metadata.annotations" to work',
    ],
    [
      'too much concurrency',
      { spec: { containerConcurrency: 2000 } },
      'expected 0 <= 2000 <= 1000: spec.template.spec.containerConcurrency',
    ],
    [
      'a port whose name says no protocol',
      { container: { ports: [{ name: 'grpc', containerPort: 8080 }] } },
      "Port name grpc is not allowed: spec.template.spec.containers[0].ports\nName must be empty, or one of: 'h2c', 'http1'",
    ],
    [
      'two ports',
      { container: { ports: [{ containerPort: 8080 }, { containerPort: 9090 }] } },
      'more than one container port is set: spec.template.spec.containers[*].ports\nOnly a single port is allowed across all containers',
    ],
    [
      'a revision of another service',
      { template: { name: 'blue' } },
      'invalid value: "blue" must have prefix "shop-": spec.template.metadata.name',
    ],
    [
      'a probe that is both',
      { container: { readinessProbe: { httpGet: { path: '/' }, tcpSocket: {} } } },
      'expected exactly one, got both: spec.template.spec.containers[0].readinessProbe.httpGet, spec.template.spec.containers[0].readinessProbe.tcpSocket',
    ],
    [
      'a threshold without a period',
      { container: { readinessProbe: { failureThreshold: 3 } } },
      'failureThreshold is disallowed when periodSeconds is zero: spec.template.spec.containers[0].readinessProbe.failureThreshold',
    ],
  ])('for %s', (_name, given, words) => {
    const error = refusal(given);
    expect(error.message).toBe(denied + words);
    expect(error.toObject()).toMatchObject({ kind: 'Status', code: 400, reason: 'BadRequest' });
  });

  it('for several at once, each on its line, in the order of the words', () => {
    expect(refusal({ annotations: { 'max-scale': 'a', 'min-scale': 'a', target: '0' } }).message).toBe(
      `${denied}invalid value: a: ${at}/max-scale, ${at}/min-scale\ntarget 0 should be at least 0.01: ${at}/target`,
    );
  });

  it('for a revision’s own name that is kept over a change', () => {
    const old = admitKnativeService(service({ template: { name: 'shop-blue' } }));
    expect(() =>
      admitKnativeService(
        service({ template: { name: 'shop-blue' }, spec: { containerConcurrency: 3 } }),
        old,
      ),
    ).toThrow('Saw the following changes without a name change (-old +new): spec.template.metadata.name');
    expect(admitKnativeService(service({ template: { name: 'shop-blue' } }), old)).toEqual(old);
  });
});

it('refuses fields that it does not know as strict decoding does', () => {
  const error = refusal({ spec: { containerConcurency: 7 } });
  expect(error.message).toBe(
    'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.template.spec.containerConcurency"',
  );
  expect(error.code).toBe(400);
});

describe('case 04, annotations where they have no effect', () => {
  const refused = (name: string): string => {
    const path = `../../testdata/cases/04-annotations-in-wrong-place/${name}.yaml`;
    const yaml = readFileSync(new URL(path, import.meta.url), 'utf8');
    try {
      admitKnativeService(parse(yaml) as object);
      return 'taken';
    } catch (error) {
      return error instanceof StatusError ? error.message : String(error);
    }
  };

  it('is refused on the Service’s own metadata, with the place where they belong', () => {
    expect(refused('top-level')).toContain(
      'invalid key name "autoscaling.knative.dev/min-scale": metadata.annotations\nautoscaling annotations must be put under "spec.template.metadata.annotations" to work',
    );
  });

  it('is refused below the template, with each unknown field by its path', () => {
    expect(refused('template-level')).toMatch(
      /"spec\.template\.annotations"[^]*"spec\.template\.spec\.containerCounrrency"|"spec\.template\.spec\.containerCounrrency"[^]*"spec\.template\.annotations"/,
    );
  });
});

it('refuses wrong types as the resource’s schema does, field by field', () => {
  const error = refusal({ spec: { containerConcurrency: 'five' } });
  const words =
    'Invalid value: "string": spec.template.spec.containerConcurrency in body must be of type integer: "string"';
  const field = 'spec.template.spec.containerConcurrency';
  expect(error.message).toBe(`Service.serving.knative.dev "shop" is invalid: ${field}: ${words}`);
  expect(error.toObject()).toMatchObject({
    code: 422,
    reason: 'Invalid',
    details: { causes: [{ field, message: words, reason: 'FieldValueTypeInvalid' }] },
  });
});

it('takes Alibaba’s class, and says what only the lab cannot run', () => {
  admitKnativeService(service({ annotations: { class: 'mpa.autoscaling.knative.dev' } }));
  expect(refusal({ container: { image: 'nginx' } }).message).toContain('the lab runs no images');
});
