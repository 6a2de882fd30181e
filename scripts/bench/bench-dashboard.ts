import { join } from 'node:path';
import { type ApiClient } from '@/lib/api/client';
import { apiOf } from '@/scripts/api';
import { type Processes } from '@/scripts/processes';
import { childrenOf } from './cpu';
import { freePort } from './free-port';

/** A dashboard with a state of its own below `folder` and no cluster: the user's history and pods are no part of a bench. `pid` is its process. */
export async function startBenchDashboard(
  processes: Processes,
  folder: string,
  k6Path: string,
): Promise<{ url: string; pid: number; api: ApiClient }> {
  process.env.SCALETRACE_DIR = join(folder, 'state');
  process.env.KUBECONFIG = join(folder, 'no-kubeconfig');
  const before = childrenOf(process.pid);
  const url = await processes.startDashboard({
    mode: 'start',
    host: '127.0.0.1',
    port: await freePort(),
    env: { K6_BIN: k6Path },
  });
  return { url, pid: childrenOf(process.pid).find((pid) => !before.includes(pid)) ?? 0, api: apiOf(url) };
}
