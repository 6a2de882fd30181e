import { NextResponse, type NextRequest } from 'next/server';
import { identify } from './lib/identity/caller';
import { isSecure } from './lib/identity/connection';
import { openShare } from './lib/sharing/share';
import { getStore } from './lib/store/client';
import { DatabaseUnwritable } from './lib/store/database-state';
import { plainPage } from './app/_ui/plain-page';
import { frameHeader, sharedFrame } from './app/_features/share/frame';
import { foreignRequest } from './lib/identity/foreign';
import { shareHeaders } from './lib/sharing/share-headers';
import { problemBody } from './lib/words/problem-body';

const icons = /^\/(icon\.svg|favicon\.ico)$/;
/** How soon a browser asks again for a page that the database could not be asked for (s). */
const againSeconds = 5;

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
  if (nextUrl.pathname.startsWith('/api/') || icons.test(nextUrl.pathname)) return NextResponse.next();
  try {
    return await page(request);
  } catch (error) {
    if (error instanceof DatabaseUnwritable) return databaseAway(request);
    throw error;
  }
}

async function page(request: NextRequest): Promise<NextResponse> {
  const { pathname } = request.nextUrl;
  // A share link is a secret of its own.
  const token = /^\/share\/([^/]*)\/?$/.exec(pathname)?.[1];
  if (token !== undefined) return sharedPage(request, token);
  if (pathname.startsWith('/share/')) return NextResponse.next();
  const caller = await identify(getStore, request.headers, Date.now());
  return caller.role === null && pathname !== '/sign-in'
    ? NextResponse.redirect(signInAddress(request))
    : NextResponse.next();
}

/** In place of any page that begins by who asks, while the database does not say that. */
function databaseAway(request: NextRequest): NextResponse {
  const html = plainPage(
    request,
    (t) => ({ title: t('titles.database-unreachable'), text: t('errors.databaseAway') }),
    againSeconds,
  );
  return new NextResponse(html, {
    status: 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': `${againSeconds}`,
    },
  });
}

// An imported file may be larger than memory, and Next keeps a copy of what passes here: those routes refuse by themselves.
export const config = { matcher: '/((?!_next/static|_next/image|api/import$).*)' };

/** The page of a link, or the plain one that says that it has ended: 410 at once, and 404 for what never was a link. */
async function sharedPage(request: NextRequest, token: string): Promise<NextResponse> {
  const { headers } = request;
  const { kind } = await openShare(await getStore(), token, headers.get('cookie'), Date.now());
  if (kind === 'unknown' || kind === 'ended') {
    const html = plainPage(request, (t) => ({
      title: t(`share.${kind}.title`),
      text: t(`share.${kind}.text`),
    }));
    return new NextResponse(html, {
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
