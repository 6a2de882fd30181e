/** Whether an address holds a user or a password: `http://user:pw@host`. */
export function hasCredentials(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username !== '' || password !== '';
}

/** The address without user and password, as those that were stored before they were refused are told. */
export function withoutCredentials(address: string): string {
  if (!hasCredentials(address)) return address;
  const url = new URL(address);
  url.username = url.password = '';
  return url.pathname === '/' && !address.split(/[?#]/)[0]!.endsWith('/')
    ? url.origin + url.search
    : url.href;
}
