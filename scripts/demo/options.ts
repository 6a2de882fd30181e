import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UserError } from './processes';

const portSchema = z.coerce.number().int().min(1).max(65535);

/** The demo's options, from arguments, then environment, then the tutorial's values. */
export const demoOptionsSchema = z.object({
  once: z.boolean().default(false),
  requests: z.coerce.number().int().min(1).max(10_000_000).default(100_000),
  concurrency: z.coerce.number().int().min(1).max(5000).default(50),
  serviceMs: z.coerce.number().min(0).max(60_000).default(28),
  json: z.string().min(1).optional(),
  port: portSchema.default(4300),
  gatewayPort: portSchema.default(4380),
  apiPort: portSchema.default(4381),
  metricsPort: portSchema.default(4382),
});
export type DemoOptions = z.infer<typeof demoOptionsSchema>;

export const demoUsage = `npm run demo -- [options]
  --once              end after the run
  --requests N        requests in all (100000)
  --concurrency C     requests in flight (50)
  --service-ms T      service time of a request in ms (28)
  --json FILE         write the result to FILE
  --port P            dashboard (4300 or SCALETRACE_PORT)
  --gateway-port P    lab gateway (4380 or SCALETRACE_GATEWAY_PORT)
  --api-port P        lab Kubernetes API (4381 or SCALETRACE_API_PORT)
  --metrics-port P    lab gateway metrics (4382 or SCALETRACE_METRICS_PORT)`;

/** Parses the command line. Throws a UserError naming the wrong option. */
export function parseDemoOptions(args: string[]): DemoOptions | 'help' {
  try {
    const { values } = parseArgs({
      args,
      options: {
        once: { type: 'boolean' },
        requests: { type: 'string' },
        concurrency: { type: 'string' },
        'service-ms': { type: 'string' },
        json: { type: 'string' },
        port: { type: 'string' },
        'gateway-port': { type: 'string' },
        'api-port': { type: 'string' },
        'metrics-port': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    return demoOptionsSchema.parse({
      once: values.once,
      requests: values.requests,
      concurrency: values.concurrency,
      serviceMs: values['service-ms'],
      json: values.json,
      port: values.port ?? process.env.SCALETRACE_PORT,
      gatewayPort: values['gateway-port'] ?? process.env.SCALETRACE_GATEWAY_PORT,
      apiPort: values['api-port'] ?? process.env.SCALETRACE_API_PORT,
      metricsPort: values['metrics-port'] ?? process.env.SCALETRACE_METRICS_PORT,
    });
  } catch (error) {
    const words =
      error instanceof z.ZodError
        ? error.issues
            .map(
              (issue) =>
                `--${issue.path.join('.').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}: ${issue.message}`,
            )
            .join('\n')
        : String(error instanceof Error ? error.message : error);
    throw new UserError(`${words}\n\n${demoUsage}`);
  }
}
