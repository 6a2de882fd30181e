import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startLab } from '@/lib/lab/lab';
import { bareLoad, median, type LoadResult } from './k6-load';

const host = 'helloworld-go.default.example.com';
const pods = 10;
const vus = 50;
const serviceMs = 28;
const proxyPorts = { nginx: 4396, haproxy: 4397 };

/** Throughput against the bound that the service time sets, and added latency, of the lab's gateway and two proxies. */
export async function runBench(args: string[]): Promise<void> {
  const rounds = Number(args[0] ?? 5);
  const requests = Number(args[1] ?? 8000);
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-gateway-'));
  const lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir: folder });
  const proxies: ChildProcess[] = [];
  try {
    const ports = await startPods(lab.apiUrl);
    const ways: Record<string, string[]> = {
      'direct to the pods': ports.map((port) => `http://127.0.0.1:${port}/`),
      'lab gateway': [`${lab.gatewayUrl}/`],
    };
    if (startNginx(folder, ports, proxies)) ways.nginx = [`http://127.0.0.1:${proxyPorts.nginx}/`];
    if (startHaproxy(folder, ports, proxies)) ways.HAProxy = [`http://127.0.0.1:${proxyPorts.haproxy}/`];
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const results = new Map<string, LoadResult[]>(Object.keys(ways).map((way) => [way, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const [way, targets] of Object.entries(ways)) {
        const result = await bareLoad({ targets, host, vus, requests });
        // The first round warms everything up.
        if (round > 0) results.get(way)!.push(result);
      }
    }
    const direct = results.get('direct to the pods')!;
    console.log(
      `${rounds} rounds of ${requests} requests, ${vus} in flight, ${pods} pods, ${serviceMs} ms service time; medians, ways interleaved\n`,
    );
    console.log(
      '| way | requests/s ÷ (50 / 0.028 s) | p99 ÷ fastest | p50 added (ms) | p99 added (ms) | failures |\n| --- | --- | --- | --- | --- | --- |',
    );
    for (const [way, runs] of results) {
      const of = (pick: (r: LoadResult, i: number) => number): string => median(runs.map(pick)).toFixed(3);
      console.log(
        `| ${way} | ${of((r) => r.perSecond / (vus / (serviceMs / 1000)))} | ${of((r) => r.p99Ms / r.minMs)} | ${of((r, i) => r.p50Ms - direct[i]!.p50Ms)} | ${of((r, i) => r.p99Ms - direct[i]!.p99Ms)} | ${runs.reduce((sum, r) => sum + r.failures, 0)} |`,
      );
    }
  } finally {
    for (const proxy of proxies) proxy.kill('SIGTERM');
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startPods(apiUrl: string): Promise<number[]> {
  const service = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'helloworld-go', namespace: 'default' },
    spec: {
      template: {
        metadata: {
          annotations: {
            'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
            'autoscaling.knative.dev/min-scale': `${pods}`,
            'autoscaling.knative.dev/max-scale': `${pods}`,
          },
        },
        spec: {
          containerConcurrency: 5,
          containers: [{ image: 'helloworld-go', env: [{ name: 'SERVICE_TIME_MS', value: `${serviceMs}` }] }],
        },
      },
    },
  };
  await fetch(`${apiUrl}/apis/serving.knative.dev/v1/namespaces/default/services`, {
    method: 'POST',
    body: JSON.stringify(service),
  });
  const podList = z.looseObject({
    items: z.array(
      z.looseObject({
        status: z.looseObject({
          podPort: z.number().optional(),
          conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })),
        }),
      }),
    ),
  });
  for (let attempt = 0; attempt < 300; attempt++) {
    const { items } = podList.parse(await (await fetch(`${apiUrl}/api/v1/namespaces/default/pods`)).json());
    const ready = items.filter((pod) =>
      pod.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True'),
    );
    if (ready.length === pods) return ready.map((pod) => pod.status.podPort!);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the pods did not get ready');
}

function has(program: string): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(`${program} is not installed: left out (Debian: apt-get install ${program})`);
    return false;
  }
}

function startNginx(folder: string, ports: number[], started: ChildProcess[]): boolean {
  if (!has('nginx')) return false;
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; pid ${folder}/nginx.pid; error_log stderr crit; worker_processes 2; events { worker_connections 1024; }
http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s; keepalive_requests 1000000;
 upstream pods { zone pods 256k; least_conn; keepalive 64; keepalive_requests 1000000; ${ports.map((port) => `server 127.0.0.1:${port} max_conns=5;`).join(' ')} }
 server { listen 127.0.0.1:${proxyPorts.nginx}; location / { proxy_pass http://pods; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header Host $host; } } }`,
  );
  started.push(spawn('nginx', ['-c', file], { stdio: 'inherit' }));
  return true;
}

function startHaproxy(folder: string, ports: number[], started: ChildProcess[]): boolean {
  if (!has('haproxy')) return false;
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 2
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  timeout queue 60s
  http-reuse always
frontend gateway
  bind 127.0.0.1:${proxyPorts.haproxy}
  default_backend pods
backend pods
  balance leastconn
${ports.map((port, i) => `  server pod${i} 127.0.0.1:${port} maxconn 5`).join('\n')}
`,
  );
  started.push(spawn('haproxy', ['-f', file, '-db'], { stdio: 'inherit' }));
  return true;
}
