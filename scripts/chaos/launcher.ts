/**
 * A launcher as `npm run demo` and `npm start` are, of one program alone: `lab` or `dashboard`. What stands in its
 * environment says where; it prints that it is ready, and ends when its program does.
 */
import { variable } from '@/lib/environment/environment';
import { UserError } from '@/lib/environment/user-error';
import { Processes, runProgram } from '@/scripts/processes';

const processes = new Processes();
const [program, pushesTo = ''] = process.argv.slice(2);

await runProgram(
  () => processes.stopAll(),
  async () => {
    if (program === 'lab')
      await processes.startLab({
        gateway: variable('SCALETRACE_GATEWAY_PORT'),
        api: variable('SCALETRACE_API_PORT'),
        metrics: variable('SCALETRACE_METRICS_PORT'),
      });
    else
      await processes.startDashboard({
        mode: 'start',
        host: '127.0.0.1',
        port: variable('SCALETRACE_PORT'),
        // What k6's guards send passes by who counts it.
        env: { SCALETRACE_PUSH_URL: `${pushesTo}/api/ingest` },
      });
    console.log('ready');
    throw new UserError(await processes.firstUnexpectedExit());
  },
  () => 0,
);
