/** Whether an address holds a user or a password: `http://user:pw@host`. */
export function hasCredentials(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username !== '' || password !== '';
}

/** Addresses, with spaces or commas between, without user and password: those that were stored before they were refused are told so. */
export function withoutCredentials(addresses: string): string {
  return addresses.replace(/[^\s,]+/g, (address) => {
    if (!hasCredentials(address)) return address;
    const url = new URL(address);
    url.username = url.password = '';
    return url.pathname === '/' && !address.split(/[?#]/)[0]!.endsWith('/')
      ? url.origin + url.search
      : url.href;
  });
}
