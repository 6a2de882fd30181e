import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stateDirectory } from '@/lib/environment/paths';
import { freePort } from './control-plane';
import { partPath } from './parts.mjs';

/** An upstream cluster as a gateway's control plane makes it, and the Host that is routed to it. */
export interface Upstream {
  host: string;
  cluster: string;
  /** What the metrics call it, where that is another name. */
  statName?: string;
  /** Of one pod, or of each. */
  port: number | readonly number[];
  /** Connections at most: what comes on top waits in the gateway. */
  maxConnections?: number;
  /** The same of each pod. */
  maxConnectionsOfPod?: number;
  /** Requests that may wait at the most: what comes on top is refused. */
  maxPending?: number;
  http2?: boolean;
  /** Streams at most in a connection of HTTP/2. */
  maxStreams?: number;
  /** Asks another pod where one does not take the connection. */
  retries?: number;
}

export interface Envoy {
  gatewayUrl: string;
  /** The gateway by TLS, where it was given a certificate. */
  tlsPort: number;
  metricsUrl: string;
  /** What its admin page says of an upstream cluster or of itself, by Envoy's own names. */
  stat(name: string): Promise<number>;
  /** Requests that are in each pod now. */
  inEachPod(cluster: string): Promise<number[]>;
  pid: number;
  close: () => Promise<void>;
}

/** Istio's own rule for the name in its metrics, since 1.25 with a `;`; without it Envoy cuts a name at its first dot. */
const istioTag = '^cluster\\.((.+?(\\..+?\\.svc\\.cluster\\.local)?;?)\\.)';

/** How it speaks TLS: only with who asks for a host of its upstreams by name (SNI). */
interface Tls {
  certificate: string;
  key: string;
  /** Who has to have signed what a client shows; without it, none is asked for one. */
  clientCa?: string;
}

/** Starts a real Envoy that routes by Host to these upstreams on this machine. */
export async function startEnvoy(
  upstreams: readonly Upstream[],
  { istio = false, tls }: { istio?: boolean; tls?: Tls } = {},
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
  const page = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${admin}${path}`)).text();
  return {
    stat: async (name) => {
      const text = await page(`/stats?filter=${encodeURIComponent(`^${name.replaceAll('.', '\\.')}$`)}`);
      return Number(text.slice(text.lastIndexOf(': ') + 2));
    },
    inEachPod: async (cluster) =>
      (await page('/clusters'))
        .split('\n')
        .filter((row) => row.startsWith(`${cluster}::`) && row.includes('::rq_active::'))
        .map((row) => Number(row.slice(row.lastIndexOf(':') + 1))),
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

function clusterOf({
  cluster,
  statName,
  port,
  maxConnections = 100_000,
  maxConnectionsOfPod,
  maxPending = 100_000,
  http2,
  maxStreams,
}: Upstream): object {
  return {
    name: cluster,
    ...(statName ? { alt_stat_name: statName } : {}),
    connect_timeout: '1s',
    type: 'STATIC',
    lb_policy: 'LEAST_REQUEST',
    load_assignment: {
      cluster_name: cluster,
      endpoints: [{ lb_endpoints: [port].flat().map((one) => ({ endpoint: { address: address(one) } })) }],
    },
    circuit_breakers: {
      thresholds: [
        { max_connections: maxConnections, max_pending_requests: maxPending, max_requests: 100_000 },
      ],
      ...(maxConnectionsOfPod ? { per_host_thresholds: [{ max_connections: maxConnectionsOfPod }] } : {}),
    },
    ...(http2
      ? {
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
              'upstreams.http.v3.HttpProtocolOptions',
              {
                explicit_http_config: {
                  http2_protocol_options: maxStreams ? { max_concurrent_streams: maxStreams } : {},
                },
              },
            ),
          },
        }
      : {}),
  };
}

function listener(port: number, upstreams: readonly Upstream[], tls?: Tls): object {
  const routes = upstreams.map(({ host, cluster, retries }) => ({
    name: host,
    domains: [host, `${host}:*`],
    routes: [
      {
        match: { prefix: '/' },
        route: {
          cluster,
          timeout: '0s',
          ...(retries
            ? {
                retry_policy: {
                  retry_on: 'connect-failure,refused-stream',
                  num_retries: retries,
                  // As Istio asks for: not the same pod again.
                  retry_host_predicate: [
                    {
                      name: 'envoy.retry_host_predicates.previous_hosts',
                      typed_config: typed('retry.host.previous_hosts.v3.PreviousHostsPredicate'),
                    },
                  ],
                  host_selection_retry_max_attempts: 5,
                },
              }
            : {}),
        },
      },
    ],
  }));
  return {
    name: `on-${port}`,
    address: address(port),
    ...(tls
      ? {
          listener_filters: [
            {
              name: 'envoy.filters.listener.tls_inspector',
              typed_config: typed('filters.listener.tls_inspector.v3.TlsInspector'),
            },
          ],
        }
      : {}),
    filter_chains: [
      {
        ...(tls ? { filter_chain_match: { server_names: upstreams.map(({ host }) => host) } } : {}),
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
              stat_prefix: 'gateway',
              codec_type: 'AUTO',
              upgrade_configs: [{ upgrade_type: 'websocket' }],
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
                  ...(tls.clientCa ? { require_client_certificate: true } : {}),
                  common_tls_context: {
                    alpn_protocols: ['h2', 'http/1.1'],
                    ...(tls.clientCa
                      ? { validation_context: { trusted_ca: { filename: tls.clientCa } } }
                      : {}),
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
