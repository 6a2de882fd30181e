import { type Agent } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { variable } from '@/lib/environment/environment';

/**
 * The proxy that the environment names for a server, chosen as Go's clients, kubectl among them, choose it
 * (https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config): never for this machine itself, nor for what NO_PROXY lists.
 */
export function proxyOfEnvironment(server: string): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const proxy =
    protocol === 'https:'
      ? (variable('HTTPS_PROXY') ?? variable('https_proxy'))
      : (variable('HTTP_PROXY') ?? variable('http_proxy'));
  if (proxy === undefined || host === 'localhost' || isWithin(host, '127.0.0.0/8') || host === '::1') return;
  const exceptions = (variable('NO_PROXY') ?? variable('no_proxy') ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase());
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  if (exceptions.some((entry) => entry !== '' && excepts(entry, host, actualPort))) return;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** A way to a server by a proxy. */
export interface ByProxy {
  /** The proxy's host and port: its password is told to nobody. */
  proxy: string;
  agent: Agent;
}

/** The ways that are open: their connections are used again. */
const ways = new Map<string, ByProxy>();

/** By the proxy that the environment names for a server; null: directly. Throws where its address is none. */
export function byProxy(server: URL): ByProxy | null {
  const named = proxyOfEnvironment(server.href);
  if (named === undefined) return null;
  const key = `${server.protocol} ${named}`;
  let way = ways.get(key);
  if (!way) ways.set(key, (way = { proxy: new URL(named).host, agent: agentOf(named, server.protocol) }));
  return way;
}

/** Plain HTTP is asked of the proxy itself, as Go's clients do: many take no CONNECT but for TLS. */
function agentOf(proxy: string, protocol: string): Agent {
  const kept = { keepAlive: true };
  if (proxy.startsWith('socks')) return new SocksProxyAgent(proxy, kept);
  return protocol === 'https:' ? new HttpsProxyAgent(proxy, kept) : new HttpProxyAgent(proxy, kept);
}

/** One entry: `*`, an address, a block of addresses, or a name with what is below it; with a port, for that port. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isWithin(host, entry);
  const [, name = entry, only] = /^(.*[^:]):(\d+)$/.exec(entry) ?? [];
  if (only !== undefined && only !== port) return false;
  if (isIP(host)) return name === host;
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function isWithin(host: string, block: string): boolean {
  const [network = '', bits] = block.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family) return false;
  const list = new BlockList();
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(network, Number(bits), kind);
  return list.check(host, kind);
}
