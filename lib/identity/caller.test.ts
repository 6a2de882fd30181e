import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword } from '@/lib/access/password';
import { newSecret } from '@/lib/access/secret';
import { openStore, type Store } from '@/lib/store/client';
import { newDatabase } from '@/lib/store/fake-database';
import { endSession, idleLimitMs, listSessions } from '@/lib/store/sessions';
import { addToken, revokeToken } from '@/lib/store/tokens';
import { addUser, changeUser } from '@/lib/store/users';
import { identify, type Caller } from './caller';
import { sessionCookie } from './session-cookie';
import { signIn, type SignInResult } from './sign-in';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-identity-'));
const password = 'correct horse battery';
let store: Store;
let userId = '';
const now = 1_800_000_000_000;

const attempt = (over: Partial<Parameters<typeof signIn>[1]> = {}, nowMs = now): Promise<SignInResult> =>
  signIn(
    store,
    { name: 'ada', password, address: '127.0.0.1', userAgent: null, formerSessionId: null, ...over },
    nowMs,
  );
function cookieOf(result: SignInResult): Headers {
  if (result.kind !== 'signed-in') throw new Error(result.kind);
  return new Headers({ cookie: sessionCookie(result.secret, result.expiresAtMs, false).split(';')[0]! });
}
const who = (headers: Headers, nowMs = now): Promise<Caller> =>
  identify(() => Promise.resolve(store), headers, nowMs);

beforeAll(async () => {
  process.env.SCALETRACE_REQUIRE_SIGN_IN = '1';
  store = await openStore(await newDatabase(folder));
  userId = (await addUser(
    store,
    { name: 'ada', role: 'runner', passwordHash: await hashPassword(password) },
    now,
  ))!.id;
});
beforeEach(async () => {
  await changeUser(store, userId, { role: 'runner', disabledAtMs: null });
});
afterAll(async () => {
  delete process.env.SCALETRACE_REQUIRE_SIGN_IN;
  await store.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

describe('a session', () => {
  it('is its user until it is ended, idle or old', async () => {
    const result = await attempt();
    const headers = cookieOf(result);
    expect(await who(headers)).toMatchObject({ kind: 'user', name: 'ada', role: 'runner' });
    expect((await who(headers, now + idleLimitMs)).kind).toBe('nobody');
    // Used every day it still ends after two weeks.
    for (let day = 1; day < 14; day++)
      expect((await who(headers, now + day * (idleLimitMs - 1000))).kind).toBe('user');
    expect((await who(headers, now + 14 * idleLimitMs)).kind).toBe('nobody');
    const other = cookieOf(await attempt());
    const caller = await who(other);
    if (caller.kind !== 'user') throw new Error(caller.kind);
    expect(await endSession(store, caller.sessionId, 'somebody else')).toBeNull();
    expect(await endSession(store, caller.sessionId, userId)).toBe('ada');
    expect((await who(other)).kind).toBe('nobody');
  });

  it('gets a new secret at each sign-in, and the former one ends', async () => {
    const first = cookieOf(await attempt());
    const former = await who(first);
    if (former.kind !== 'user') throw new Error(former.kind);
    const second = cookieOf(await attempt({ formerSessionId: former.sessionId }));
    expect(second.get('cookie')).not.toBe(first.get('cookie'));
    expect((await who(first)).kind).toBe('nobody');
    expect((await who(second)).kind).toBe('user');
  });

  it('follows its user: the role at once, and ends with a new password or a disabling', async () => {
    const headers = cookieOf(await attempt());
    await changeUser(store, userId, { role: 'viewer' });
    expect((await who(headers)).role).toBe('viewer');
    await changeUser(store, userId, { disabledAtMs: now });
    expect((await who(headers)).kind).toBe('nobody');
    expect((await attempt()).kind).toBe('wrong');
    await changeUser(store, userId, { disabledAtMs: null });
    expect((await who(headers)).kind).toBe('nobody');
    expect(await listSessions(store, userId, now)).toEqual([]);
  });
});

describe('sign-in', () => {
  it('counts failures by name and address, and lets others in meanwhile', async () => {
    const wrong = (): Promise<SignInResult> => attempt({ password: 'wrong', address: '10.0.0.1' });
    for (let i = 0; i < 5; i++) expect((await wrong()).kind).toBe('wrong');
    const refused = await attempt({ address: '10.0.0.1' });
    expect(refused).toMatchObject({ kind: 'too-many' });
    if (refused.kind === 'too-many') expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    expect((await attempt({ address: '10.0.0.2' })).kind).toBe('signed-in');
  });

  it('answers an unknown name as a wrong password', async () => {
    expect(await attempt({ name: 'nobody' })).toEqual({ kind: 'wrong' });
  });
});

describe('an API token', () => {
  const bearer = (secret: string): Headers => new Headers({ authorization: `Bearer ${secret}` });

  it('has its scope, and at most its user’s role; revoked, expired or unknown it is refused, also where no sign-in is asked', async () => {
    const { secret, hash } = newSecret();
    const token = await addToken(
      store,
      { name: 'ci', tokenHash: hash, scope: 'run', userId, expiresAtMs: now + 1000 },
      now,
    );
    expect(await who(bearer(secret))).toMatchObject({ kind: 'token', name: 'ci', role: 'runner' });
    await changeUser(store, userId, { role: 'viewer' });
    expect((await who(bearer(secret))).role).toBe('viewer');
    expect((await who(bearer(secret), now + 1000)).kind).toBe('refused');
    expect((await who(bearer('unknown'))).kind).toBe('refused');
    process.env.SCALETRACE_REQUIRE_SIGN_IN = '0';
    expect((await who(new Headers())).kind).toBe('local');
    expect((await who(bearer(secret))).kind).toBe('token');
    await revokeToken(store, token.id, null, now);
    expect((await who(bearer(secret))).kind).toBe('refused');
    process.env.SCALETRACE_REQUIRE_SIGN_IN = '1';
  });
});
