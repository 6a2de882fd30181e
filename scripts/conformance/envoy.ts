import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stateDirectory } from '@/lib/environment/paths';
import { type Authority } from './certificates';
import { freePort } from './control-plane';
import { partPath } from './parts.mjs';

/** An upstream cluster as a gateway's control plane makes it, and the Host that is routed to it. */
export interface Upstream {
  host: string;
  cluster: string;
  /** What the metrics call it, where that is another name. */
  statName?: string;
  port: number;
  /** Connections at most: what comes on top waits in the gateway. */
  maxConnections?: number;
  http2?: boolean;
}

export interface Envoy {
  gatewayUrl: string;
  /** The gateway by TLS, where it was given a certificate. */
  tlsPort: number;
  metricsUrl: string;
  pid: number;
  close: () => Promise<void>;
}

/** Istio's own rule for the name in its metrics, since 1.25 with a `;`; without it Envoy cuts a name at its first dot. */
const istioTag = '^cluster\\.((.+?(\\..+?\\.svc\\.cluster\\.local)?;?)\\.)';

/** Starts a real Envoy that routes by Host to these upstreams on this machine. */
export async function startEnvoy(
  upstreams: readonly Upstream[],
  { istio = false, tls }: { istio?: boolean; tls?: ReturnType<Authority['sign']> } = {},
): Promise<Envoy> {
  const path = partPath(stateDirectory(), 'envoy');
  if (path === null) throw new Error('envoy is missing: npm run conformance gets it.');
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-envoy-'));
  const [port, tlsPort, admin] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(
    join(folder, 'envoy.json'),
    JSON.stringify({
      ...(istio
        ? {
            stats_config: {
              use_all_default_tags: false,
              stats_tags: [{ tag_name: 'cluster_name', regex: istioTag }],
            },
          }
        : {}),
      admin: { address: address(admin) },
      static_resources: {
        listeners: [listener(port, upstreams), ...(tls ? [listener(tlsPort, upstreams, tls)] : [])],
        clusters: upstreams.map(clusterOf),
      },
    }),
  );
  const log = openSync(join(folder, 'envoy.log'), 'a');
  const args = [
    '-c',
    join(folder, 'envoy.json'),
    '--use-dynamic-base-id',
    '--concurrency',
    '1',
    '-l',
    'warn',
  ];
  const child = spawn(path, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + 30_000;
  while (
    !(await fetch(`http://127.0.0.1:${admin}/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (Date.now() < until && child.exitCode === null) {
      await pause(50);
      continue;
    }
    const said = readFileSync(join(folder, 'envoy.log'), 'utf8').slice(-2000);
    await close();
    throw new Error(`Envoy does not serve: ${said}`);
  }
  return {
    gatewayUrl: `http://127.0.0.1:${port}`,
    tlsPort,
    metricsUrl: `http://127.0.0.1:${admin}/stats/prometheus`,
    pid: child.pid!,
    close,
  };
}

const address = (port: number): object => ({ socket_address: { address: '127.0.0.1', port_value: port } });
const typed = (name: string, rest: object = {}): object => ({
  '@type': `type.googleapis.com/envoy.extensions.${name}`,
  ...rest,
});

function clusterOf({ cluster, statName, port, maxConnections = 100_000, http2 }: Upstream): object {
  return {
    name: cluster,
    ...(statName ? { alt_stat_name: statName } : {}),
    connect_timeout: '1s',
    type: 'STATIC',
    load_assignment: {
      cluster_name: cluster,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
    },
    circuit_breakers: {
      thresholds: [{ max_connections: maxConnections, max_pending_requests: 100_000, max_requests: 100_000 }],
    },
    ...(http2
      ? {
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
              'upstreams.http.v3.HttpProtocolOptions',
              {
                explicit_http_config: { http2_protocol_options: {} },
              },
            ),
          },
        }
      : {}),
  };
}

function listener(port: number, upstreams: readonly Upstream[], tls?: ReturnType<Authority['sign']>): object {
  const routes = upstreams.map(({ host, cluster }) => ({
    name: host,
    domains: [host, `${host}:*`],
    routes: [{ match: { prefix: '/' }, route: { cluster, timeout: '0s' } }],
  }));
  return {
    name: `on-${port}`,
    address: address(port),
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
              stat_prefix: 'gateway',
              codec_type: 'AUTO',
              http_filters: [
                { name: 'envoy.filters.http.router', typed_config: typed('filters.http.router.v3.Router') },
              ],
              route_config: { virtual_hosts: routes },
            }),
          },
        ],
        ...(tls
          ? {
              transport_socket: {
                name: 'envoy.transport_sockets.tls',
                typed_config: typed('transport_sockets.tls.v3.DownstreamTlsContext', {
                  common_tls_context: {
                    alpn_protocols: ['h2', 'http/1.1'],
                    tls_certificates: [
                      {
                        certificate_chain: { filename: tls.certificate },
                        private_key: { filename: tls.key },
                      },
                    ],
                  },
                }),
              },
            }
          : {}),
      },
    ],
  };
}
