import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '@/lib/environment/paths';
import { type DemoOptions } from './options';

/** What a demo applies to the lab and loads it with. */
export interface Scenario {
  /** The run's name. */
  name: string;
  yaml: string;
  scriptName: string;
  env: Record<string, string>;
  /** Whether the gateway is asked over TLS. */
  isTls: boolean;
  /** Requests that it will make, where that is known before. */
  requests: number | null;
}

/** What was asked for, a run each; each loads a sample that ships with the script that ships for it. */
export function scenariosOf(options: DemoOptions): Scenario[] {
  return options.scenario === 'llm'
    ? options.containerConcurrency.map(modelServer)
    : [scenarioOf({ ...options, scenario: options.scenario })];
}

function scenarioOf(options: DemoOptions & { scenario: Exclude<DemoOptions['scenario'], 'llm'> }): Scenario {
  const { requests, concurrency, scenario } = options;
  const tutorial = {
    name: `Tutorial: ${requests} requests, ${concurrency} in flight`,
    yaml: tutorialYaml(options),
    scriptName: 'tutorial',
    env: { REQUESTS: `${requests}`, VUS: `${concurrency}` },
    isTls: false,
    requests,
  };
  switch (scenario) {
    case 'tutorial':
      return tutorial;
    case 'https':
      return { ...tutorial, name: `${tutorial.name}, by HTTPS`, isTls: true };
    case 'grpc':
      return sample('gRPC: calls and streams', 'grpc-ping', 'grpc', { VUS: `${concurrency}` });
    case 'websocket':
      return sample('WebSocket sessions', 'websocket-echo', 'websocket', {});
  }
}

/** Users of the model server, so many at once that a pod for each is what `max-scale` allows. */
const modelUsers = 24;

/** The same users of the same model server, each pod of which takes so many requests at once: a service of its own. */
function modelServer(containerConcurrency: number): Scenario {
  const service = modelSchema.parse(parse(shipped('llm')));
  const name = `llm-${containerConcurrency}`;
  const { template } = service.spec;
  return {
    ...sample(
      `Model server, ${containerConcurrency === 0 ? 'no limit' : containerConcurrency} at once a pod`,
      'llm',
      'llm',
      { VUS: `${modelUsers}`, DURATION: '30s' },
    ),
    yaml: stringify({
      ...service,
      metadata: { ...service.metadata, name },
      spec: {
        ...service.spec,
        template: {
          ...template,
          metadata: {
            ...template.metadata,
            annotations: {
              ...template.metadata.annotations,
              'autoscaling.knative.dev/max-scale': `${modelUsers}`,
            },
          },
          spec: { ...template.spec, containerConcurrency },
        },
      },
    }),
  };
}

const modelSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }),
      spec: z.looseObject({}),
    }),
  }),
});

function sample(name: string, service: string, scriptName: string, env: Record<string, string>): Scenario {
  return { name, yaml: shipped(service), scriptName, env, isTls: false, requests: null };
}

const shipped = (service: string): string =>
  readFileSync(join(projectRoot(), `deploy/${service}.yaml`), 'utf8');

/** The tutorial's Service, with the service time and, if it has to be, more room than its 20 pods. */
function tutorialYaml({ serviceMs }: DemoOptions): string {
  const shape = z.looseObject({
    spec: z.looseObject({
      template: z.looseObject({
        spec: z.looseObject({
          containers: z
            .array(z.looseObject({ env: z.array(z.looseObject({ name: z.string(), value: z.string() })) }))
            .min(1),
        }),
      }),
    }),
  });
  const service = shape.parse(parse(shipped('helloworld-go')));
  const container = service.spec.template.spec.containers[0]!;
  container.env = [
    ...container.env.filter((variable) => variable.name !== 'SERVICE_TIME_MS'),
    { name: 'SERVICE_TIME_MS', value: `${serviceMs}` },
  ];
  return stringify(service);
}
