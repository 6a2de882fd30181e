import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port';

export interface Target {
  url: string;
  name: string;
  stop(): void;
}

/** nginx if there is one, since it takes least from k6; else Node's own server in a process of its own. */
export async function startTarget(folder: string): Promise<Target> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const withNginx = spawnSync('nginx', ['-v']).status === 0;
  const child = withNginx
    ? startNginx(folder, port)
    : spawn(
        process.execPath,
        ['-e', `require('http').createServer((q, r) => r.end('ok')).listen(${port}, '127.0.0.1')`],
        { stdio: 'ignore' },
      );
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await fetch(url).catch(() => null))?.ok)
      return { url, name: withNginx ? 'nginx' : 'a Node server', stop: () => child.kill('SIGTERM') };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error('the target did not answer');
}

function startNginx(folder: string, port: number): ChildProcess {
  const place = join(folder, 'nginx');
  mkdirSync(place);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${place}/${kind};`)
    .join(' ');
  writeFileSync(
    join(place, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${place}/pid; error_log stderr crit; events { worker_connections 4096; }
    http { access_log off; keepalive_requests 100000000; ${temporary} server { listen 127.0.0.1:${port}; location / { return 200 "ok"; } } }`,
  );
  return spawn('nginx', ['-c', join(place, 'nginx.conf'), '-p', place], { stdio: 'ignore' });
}
