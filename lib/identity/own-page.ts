/** An origin that nobody has: what is still of it after parsing is a path of this dashboard. */
const own = 'http://dashboard.invalid';

/**
 * A page of this dashboard, whatever an address to go to asks for: path, query and fragment as a browser would read
 * them (which drops tabs, takes `\` for `/`, and `//host` for another site); `/` for all that leads elsewhere.
 */
export function ownPage(address: unknown): string {
  if (typeof address !== 'string') return '/';
  const page = pathOf(address);
  // `/.//host` has our origin, and a path that is another site's address.
  return page !== null && pathOf(page) === page ? page : '/';
}

function pathOf(address: string): string | null {
  if (!URL.canParse(address, own)) return null;
  const { origin, pathname, search, hash } = new URL(address, own);
  return origin === own && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : null;
}
