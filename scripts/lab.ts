/** `npm run lab`: the lab alone, until Ctrl-C. */
import { parseArgs } from 'node:util';
import { startLab } from '@/lib/lab/lab';
import { stateDirectory } from '@/lib/environment/paths';

const { values } = parseArgs({
  options: {
    'gateway-port': { type: 'string' },
    'api-port': { type: 'string' },
    'metrics-port': { type: 'string' },
    'state-dir': { type: 'string' },
  },
});

function port(
  option: 'gateway-port' | 'api-port' | 'metrics-port',
  variable: string,
  fallback: number,
): number {
  const value = Number(values[option] ?? process.env[variable] ?? fallback);
  if (Number.isInteger(value) && value >= 0 && value <= 65535) return value;
  console.error(`--${option} takes a port number from 0 to 65535.`);
  process.exit(2);
}

try {
  const lab = await startLab({
    gatewayPort: port('gateway-port', 'SCALETRACE_GATEWAY_PORT', 4380),
    apiPort: port('api-port', 'SCALETRACE_API_PORT', 4381),
    metricsPort: port('metrics-port', 'SCALETRACE_METRICS_PORT', 4382),
    stateDir: values['state-dir'] ?? stateDirectory(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void lab.close().then(() => process.exit(0)));
  console.log(
    `gateway     ${lab.gatewayUrl}\nmetrics     ${lab.metricsUrl}\nkubectl     export KUBECONFIG=${lab.kubeconfig}\n            kubectl apply -f deploy/helloworld-go.yaml`,
  );
  const { close: _close, ...addresses } = lab;
  console.log(`lab ready ${JSON.stringify(addresses)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
