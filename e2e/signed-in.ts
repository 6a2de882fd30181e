import { execFileSync } from 'node:child_process';
import { expect, request, type APIRequestContext } from '@playwright/test';
import { type Processes } from '@/scripts/processes';
import { ownState } from './own-state';

/** What each user signs in with. */
export const password = 'correct horse battery';

/** Starts a dashboard of its own that asks for sign-in, with these users and their roles beside the admin; the admin's session. */
export async function startSignedIn(
  processes: Processes,
  { name, port, users }: { name: string; port: number; users: Record<string, 'viewer' | 'runner'> },
): Promise<APIRequestContext> {
  await ownState(name);
  execFileSync(process.execPath, ['bin/scaletrace.mjs', 'users', 'add', 'ada', '--role', 'admin'], {
    input: `${password}\n`,
    env: process.env,
  });
  const host = '127.0.0.1';
  await processes.startDashboard({ mode: 'start', host, port, env: { SCALETRACE_REQUIRE_SIGN_IN: '1' } });
  const admin = await request.newContext({ baseURL: `http://${host}:${port}` });
  expect((await admin.post('/api/session', { data: { name: 'ada', password } })).status()).toBe(200);
  for (const [user, role] of Object.entries(users))
    expect((await admin.post('/api/users', { data: { name: user, password, role } })).status()).toBe(201);
  return admin;
}
