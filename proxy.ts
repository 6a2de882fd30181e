import { NextResponse, type NextRequest } from 'next/server';
import { foreignRequest } from './app/api/_lib/foreign';

/** Refuses what a foreign page could send here. The ingest route is opened by its run's secret instead. */
export function proxy(request: NextRequest): NextResponse {
  const { method, headers, nextUrl } = request;
  const refusal = foreignRequest({ method: nextUrl.pathname.startsWith('/api/ingest/') ? 'GET' : method, headers });
  if (refusal) return NextResponse.json({ type: 'about:blank', ...refusal }, { status: refusal.status, headers: { 'content-type': 'application/problem+json' } });
  return NextResponse.next();
}

// An imported file may be larger than memory, and Next keeps a copy of what passes here: that route refuses by itself.
export const config = { matcher: '/((?!_next/static|_next/image|api/import$).*)' };
