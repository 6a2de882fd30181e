import { variable } from '@/lib/environment/environment';

/** Why a request is refused before any route sees it. */
export interface ForeignRequest {
  status: number;
  title: string;
  detail: string;
}

/**
 * What a foreign page could send here: a Host that is not ours (DNS rebinding), and a changing request whose Origin is
 * another site (CSRF). Null for a request of ours.
 */
export function foreignRequest({
  method,
  headers,
}: {
  method: string;
  headers: Headers;
}): ForeignRequest | null {
  const host = headers.get('host') ?? '';
  if (!allowedHosts().has(hostName(host))) {
    return {
      status: 421,
      title: 'Unknown host',
      detail: `This Scaletrace does not answer to the host "${host}". Open it by the address it printed, or name the host in SCALETRACE_ALLOWED_HOSTS.`,
    };
  }
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return null;
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  const foreign =
    origin !== null ? !sameHost(origin, host) : site !== null && site !== 'same-origin' && site !== 'none';
  return foreign
    ? {
        status: 403,
        title: 'Foreign origin',
        detail: `A page of ${origin ?? 'another site'} may not change anything here.`,
      }
    : null;
}

function allowedHosts(): Set<string> {
  return new Set(['127.0.0.1', 'localhost', '[::1]', ...variable('SCALETRACE_ALLOWED_HOSTS')]);
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
