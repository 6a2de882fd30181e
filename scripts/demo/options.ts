import { z } from 'zod';
import { mostLocalRunners } from '@/lib/model/run';
import { portSchema } from '@/scripts/ports';

const whole = (most: number) => z.coerce.number<string>().int().min(1).max(most);

/** The demo's options, with the tutorial's values; a port that is not given is the environment's. */
export const demoOptionsSchema = z.object({
  once: z.boolean().default(false).meta({ description: 'end after the run' }),
  scenario: z
    .enum(['tutorial', 'https', 'grpc', 'websocket', 'llm'])
    .default('tutorial')
    .meta({ value: 'S', description: 'tutorial, https, grpc, websocket or llm (tutorial)' }),
  requests: whole(10_000_000).default(100_000).meta({ value: 'N', description: 'requests in all (100000)' }),
  concurrency: whole(5000).default(50).meta({ value: 'C', description: 'requests in flight (50)' }),
  runners: whole(mostLocalRunners)
    .default(1)
    .meta({ value: 'N', description: 'k6 processes that share the load (1)' }),
  containerConcurrency: z
    .string()
    .regex(/^\d{1,3}(,\d{1,3}){0,5}$/, 'say numbers with commas between, such as 1,4,8')
    .transform((text) => [...new Set(text.split(',').map(Number))])
    .default([1, 4, 8])
    .meta({
      value: 'LIST',
      description: 'of scenario llm: a run for each containerConcurrency, compared on one page (1,4,8)',
    }),
  serviceMs: z.coerce
    .number<string>()
    .min(0)
    .max(60_000)
    .default(28)
    .meta({ value: 'T', description: 'service time of a request in ms (28)' }),
  json: z.string().min(1).optional().meta({ value: 'FILE', description: 'write the result to FILE' }),
  port: portSchema(1).optional().meta({ value: 'P', description: 'dashboard (4300 or SCALETRACE_PORT)' }),
  gatewayPort: portSchema(1)
    .optional()
    .meta({ value: 'P', description: 'lab gateway (4380 or SCALETRACE_GATEWAY_PORT)' }),
  gatewayTlsPort: portSchema(1)
    .optional()
    .meta({ value: 'P', description: 'lab gateway for HTTPS (4383 or SCALETRACE_GATEWAY_TLS_PORT)' }),
  apiPort: portSchema(1)
    .optional()
    .meta({ value: 'P', description: 'lab Kubernetes API (4381 or SCALETRACE_API_PORT)' }),
  metricsPort: portSchema(1)
    .optional()
    .meta({ value: 'P', description: 'lab gateway metrics (4382 or SCALETRACE_METRICS_PORT)' }),
});
export type DemoOptions = z.output<typeof demoOptionsSchema>;
