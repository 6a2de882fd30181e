import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stateDirectory } from '@/lib/environment/paths';
import { type Authority } from './certificates';
import { freePort } from './control-plane';
import { partPath } from './parts.mjs';

/** `swordfish`, as bcrypt makes of it: Prometheus asks for no other form. */
const passwordHash = '$2b$04$9DcdMbx2eDn3K5Ci9xajEO9uQNxauBMJXXW85DfUcyjx2pjc/9Ex.';
export const user = { name: 'reader', password: 'swordfish' };

/** Starts a real Prometheus that scrapes a port of this machine each second; with a certificate, by TLS and asking who asks. */
export async function startPrometheus(
  scraped: number,
  tls?: ReturnType<Authority['sign']>,
): Promise<{ url: string; close: () => Promise<void> }> {
  const path = partPath(stateDirectory(), 'prometheus');
  if (path === null) throw new Error('prometheus is missing: npm run conformance gets it.');
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-prometheus-'));
  const port = await freePort();
  const file = (name: string, content: object): string => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  // JSON is YAML.
  const config = file('prometheus.yml', {
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'autoscaler', static_configs: [{ targets: [`127.0.0.1:${scraped}`] }] }],
  });
  const web = file(
    'web.yml',
    tls
      ? {
          tls_server_config: { cert_file: tls.certificate, key_file: tls.key },
          basic_auth_users: { [user.name]: passwordHash },
        }
      : {},
  );
  const log = openSync(join(folder, 'prometheus.log'), 'a');
  const child = spawn(
    path,
    [
      `--config.file=${config}`,
      `--web.config.file=${web}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const said = (): string => readFileSync(join(folder, 'prometheus.log'), 'utf8');
  const until = Date.now() + 30_000;
  while (!said().includes('ready to receive web requests')) {
    if (Date.now() > until || child.exitCode !== null) {
      const last = said().slice(-2000);
      await close();
      throw new Error(`Prometheus does not serve: ${last}`);
    }
    await pause(50);
  }
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, close };
}
