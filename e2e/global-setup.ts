import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newDatabase, onPostgres } from '@/lib/store/fake-database';
import { Processes } from '@/scripts/processes';
import { messagesWithMadeUpLanguage } from './made-up-language';
import { dashboardPort } from './ports';

/** One dashboard and one lab for all browser tests, on ports and in a state directory of their own. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  process.env.SCALETRACE_DIR = mkdtempSync(join(tmpdir(), 'scaletrace-e2e-'));
  process.env.SCALETRACE_MESSAGES = messagesWithMadeUpLanguage();
  if (onPostgres) process.env.DATABASE_URL = await newDatabase(process.env.SCALETRACE_DIR, 'pages');
  else delete process.env.DATABASE_URL;
  const processes = new Processes();
  try {
    const lab = await processes.startLab({
      gateway: dashboardPort + 1,
      api: dashboardPort + 2,
      metrics: dashboardPort + 3,
    });
    process.env.KUBECONFIG = lab.kubeconfig;
    await processes.startDashboard({
      mode: 'start',
      host: '127.0.0.1',
      port: dashboardPort,
      // What the API answers is held to its contract, as while developing.
      env: { KUBECONFIG: lab.kubeconfig, SCALETRACE_CHECK_ANSWERS: '1' },
    });
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
  return () => processes.stopAll();
}
