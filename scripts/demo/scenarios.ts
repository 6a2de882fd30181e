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

/** The scenario that was asked for; each loads a sample that ships with the script that ships for it. */
export function scenarioOf(options: DemoOptions): Scenario {
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
    case 'llm':
      return sample('Streaming model server', 'llm', 'llm', {});
  }
}

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
