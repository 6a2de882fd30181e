import { variable } from '@/lib/environment/environment';
import { Problem } from '@/lib/model/problem';

/**
 * What a foreign page could send here: a Host that is not ours (DNS rebinding), and a changing request whose Origin is
 * another site (CSRF). Null for a request of ours.
 */
export function foreignRequest({ method, headers }: { method: string; headers: Headers }): Problem | null {
  const host = headers.get('host') ?? '';
  if (!allowedHosts().has(hostName(host))) {
    return new Problem('problems.unknown-host', { host });
  }
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return null;
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  const foreign =
    origin !== null ? !sameHost(origin, host) : site !== null && site !== 'same-origin' && site !== 'none';
  if (!foreign) return null;
  return origin === null
    ? new Problem('problems.foreign-site', {})
    : new Problem('problems.foreign-origin', { origin });
}

function allowedHosts(): Set<string> {
  const peer = variable('SCALETRACE_PEER_URL');
  return new Set([
    '127.0.0.1',
    'localhost',
    '[::1]',
    ...(peer === undefined ? [] : [new URL(peer).hostname]),
    ...variable('SCALETRACE_ALLOWED_HOSTS'),
  ]);
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function sameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host.toLowerCase() === host.toLowerCase();
  } catch {
    return false;
  }
}
