import { NextResponse, type NextRequest } from 'next/server';
import { identify } from './lib/identity/caller';
import { isSecure } from './lib/identity/connection';
import { openShare } from './lib/sharing/share';
import { getStore } from './lib/store/client';
import { localeCookie } from '@/lib/words/locale';
import { endedPage } from './app/_features/share/ended-page';
import { frameHeader, sharedFrame } from './app/_features/share/frame';
import { foreignRequest } from './lib/identity/foreign';
import { shareHeaders } from './lib/sharing/share-headers';
import { nonceHeader } from './lib/server/headers.mjs';
import { problemBody } from './lib/words/problem-body';

/** Pages that open without sign-in: a share link is a secret of its own. */
const publicPages = /^\/(sign-in$|share\/|icon\.svg$|favicon\.ico$)/;

/**
 * Refuses what a foreign page could send here. The ingest route is opened by its run's secret instead. Where sign-in is
 * asked, pages lead there; the API's routes see to it themselves (`route()`).
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { method, headers, nextUrl } = request;
  const refusal = foreignRequest({
    method: nextUrl.pathname.startsWith('/api/ingest/') ? 'GET' : method,
    headers,
  });
  if (refusal)
    return NextResponse.json(problemBody(refusal), {
      status: refusal.status,
      headers: { 'content-type': 'application/problem+json' },
    });
  const token = /^\/share\/([^/]*)\/?$/.exec(nextUrl.pathname)?.[1];
  if (token !== undefined) return sharedPage(request, token);
  if (nextUrl.pathname.startsWith('/api/') || publicPages.test(nextUrl.pathname)) return NextResponse.next();
  const caller = await identify(getStore, headers, Date.now());
  return caller.role === null ? NextResponse.redirect(signInAddress(request)) : NextResponse.next();
}

// An imported file may be larger than memory, and Next keeps a copy of what passes here: those routes refuse by themselves.
export const config = { matcher: '/((?!_next/static|_next/image|api/import$).*)' };

/** The page of a link, or the plain one that says that it has ended: 410 at once, and 404 for what never was a link. */
async function sharedPage({ headers, cookies }: NextRequest, token: string): Promise<NextResponse> {
  const { kind } = await openShare(await getStore(), token, headers.get('cookie'), Date.now());
  if (kind === 'unknown' || kind === 'ended') {
    const page = endedPage(
      kind,
      cookies.get(localeCookie)?.value,
      headers.get('accept-language'),
      headers.get(nonceHeader) ?? '',
    );
    return new NextResponse(page, {
      status: kind === 'ended' ? 410 : 404,
      headers: {
        ...shareHeaders,
        'content-type': 'text/html; charset=utf-8',
      },
    });
  }
  const asked = new Headers(headers);
  asked.set(frameHeader, sharedFrame);
  return NextResponse.next({ request: { headers: asked }, headers: shareHeaders });
}

/** By the name that the browser used: this server may be bound to an address that is none, such as 0.0.0.0. */
function signInAddress({ headers, nextUrl }: NextRequest): URL {
  const address = new URL(
    '/sign-in',
    `${isSecure(headers) ? 'https' : 'http'}://${headers.get('host') ?? ''}`,
  );
  if (nextUrl.pathname !== '/') address.searchParams.set('next', `${nextUrl.pathname}${nextUrl.search}`);
  return address;
}
