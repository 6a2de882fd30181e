import { NextResponse, type NextRequest } from 'next/server';

/**
 * Refuses what a foreign page could send here: a Host that is not ours (DNS rebinding) and a changing request whose
 * Origin is another site (CSRF). The ingest route is opened by its run's secret instead.
 */
export function proxy(request: NextRequest): NextResponse {
  const host = request.headers.get('host') ?? '';
  if (!allowedHosts().has(hostName(host))) {
    return problem(421, 'Unknown host', `This Scaletrace does not answer to the host "${host}". Open it by the address it printed, or name the host in SCALETRACE_ALLOWED_HOSTS.`);
  }
  const changes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (changes && !request.nextUrl.pathname.startsWith('/api/ingest/')) {
    const origin = request.headers.get('origin');
    const site = request.headers.get('sec-fetch-site');
    const foreign = origin !== null ? !sameHost(origin, host) : site !== null && site !== 'same-origin' && site !== 'none';
    if (foreign) return problem(403, 'Foreign origin', `A page of ${origin ?? 'another site'} may not change anything here.`);
  }
  return NextResponse.next();
}

export const config = { matcher: '/((?!_next/static|_next/image).*)' };

function allowedHosts(): Set<string> {
  const extra = (process.env.SCALETRACE_ALLOWED_HOSTS ?? '').split(',').map((h) => h.trim().toLowerCase()).filter((h) => h !== '');
  return new Set(['127.0.0.1', 'localhost', '[::1]', ...extra]);
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

function problem(status: number, title: string, detail: string): NextResponse {
  return NextResponse.json({ type: 'about:blank', title, status, detail }, { status, headers: { 'content-type': 'application/problem+json' } });
}
