/** `npm run lab`: the lab alone, until Ctrl-C. */
import { z } from 'zod';
import { command } from '@/lib/environment/arguments';
import { variable } from '@/lib/environment/environment';
import { keepPrivate, stateDirectory } from '@/lib/environment/paths';
import { startLab, type Lab } from '@/lib/lab/lab';
import { labRunners } from '@/lib/loadgen/operator/lab-runners';
import { portSchema } from './ports';
import { runProgram } from './processes';

const port = (description: string) => portSchema(0).optional().meta({ value: 'P', description });

let lab: Lab | null = null;

const program = command(
  {
    options: z.object({
      gatewayPort: port('gateway (4380 or SCALETRACE_GATEWAY_PORT)'),
      gatewayTlsPort: port('gateway for HTTPS (4383 or SCALETRACE_GATEWAY_TLS_PORT)'),
      apiPort: port('Kubernetes API (4381 or SCALETRACE_API_PORT)'),
      metricsPort: port('gateway metrics (4382 or SCALETRACE_METRICS_PORT)'),
      mtls: z
        .boolean()
        .default(false)
        .meta({ description: 'HTTPS for those with a client certificate only' }),
      stateDir: z
        .string()
        .optional()
        .meta({ value: 'DIR', description: 'where its kubeconfig lies (SCALETRACE_DIR)' }),
    }),
  },
  async ({ options }) => {
    keepPrivate();
    const stateDir = options.stateDir ?? stateDirectory();
    lab = await startLab({
      gatewayPort: options.gatewayPort ?? variable('SCALETRACE_GATEWAY_PORT'),
      gatewayTlsPort: options.gatewayTlsPort ?? variable('SCALETRACE_GATEWAY_TLS_PORT'),
      apiPort: options.apiPort ?? variable('SCALETRACE_API_PORT'),
      metricsPort: options.metricsPort ?? variable('SCALETRACE_METRICS_PORT'),
      stateDir,
      runners: labRunners(stateDirectory()),
      clientCertificates: options.mtls,
    });
    const { close: _close, ...addresses } = lab;
    const { client } = addresses;
    const shown = client ? ` --cert ${client.certificateFile} --key ${client.keyFile}` : '';
    console.log(
      `gateway     ${addresses.gatewayUrl}\n            ${addresses.gatewayTlsUrl} (curl --cacert ${addresses.caFile}${shown})\nmetrics     ${addresses.metricsUrl}\nkubectl     export KUBECONFIG=${addresses.kubeconfig}\n            kubectl apply -f deploy/helloworld-go.yaml`,
    );
    console.log(`lab ready ${JSON.stringify(addresses)}`);
    return new Promise<never>(() => {});
  },
);

await runProgram(
  async () => lab?.close(),
  () =>
    program.start({ name: 'npm run lab --', summary: 'the lab alone, until Ctrl-C' }, process.argv.slice(2)),
  () => 0,
);
