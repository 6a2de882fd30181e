const cookieName = 'scaletrace-session';

/** The session's secret that a request's cookie holds, or null. */
export function sessionSecretOf(headers: Headers): string | null {
  return new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]+)`).exec(headers.get('cookie') ?? '')?.[1] ?? null;
}

/** `Set-Cookie` that gives a browser its session, out of reach of scripts and of other sites' requests. */
export function sessionCookie(secret: string, expiresAtMs: number, secure: boolean): string {
  return `${cookieName}=${secret}; Path=/; HttpOnly; SameSite=Lax; Expires=${new Date(expiresAtMs).toUTCString()}${secure ? '; Secure' : ''}`;
}

/** `Set-Cookie` that takes it away. */
export function endedSessionCookie(): string {
  return `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
}
