import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShare, openShare, unlockShare } from '@/lib/sharing/share';
import { newShareSchema, type ShareLink } from '@/lib/model/share-link';
import { openStore, type Store } from './client';
import { newDatabase } from './fake-database';
import { deleteRuns, removeRun, restoreRuns } from './deleted-runs';
import { leadRun } from './lead-run';
import { insertRun } from './runs';
import { noteOpening } from '@/lib/sharing/openings';
import { registerService, until } from '@/lib/runs/fake-run';
import { countOpening, findShare, listSharesOfComparison, listSharesOfRun, revokeShare } from './shares';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-shares-'));
const nowMs = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;
let store: Store;

beforeAll(async () => {
  store = await openStore(await newDatabase(folder));
  const service = await registerService(store, 'hello', nowMs);
  for (const id of ['run-a', 'run-b', 'run-c', 'run-d']) {
    await insertRun(store, {
      id,
      run: { name: id, service, scriptName: 's', scriptText: '', env: {}, options: {}, tags: [] },
      ingestSecretHash: '',
      createdAtMs: nowMs,
    });
    await leadRun(store, id, 'finished');
  }
});

afterAll(async () => {
  await store.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

async function share(body: {
  runs: string[];
  search?: string;
  expiresAtMs?: number;
  password?: string;
  title?: string;
  notes?: boolean;
}): Promise<ShareLink> {
  const link = await createShare(store, newShareSchema.parse(body), 'ann', nowMs);
  expect(link).not.toBeNull();
  return link!;
}

const stateAt = async (link: ShareLink, atMs = nowMs): Promise<string> =>
  (await openShare(store, link.token, null, atMs)).kind;

describe('links', () => {
  it('have tokens of 192 bits, each another, and list without their password', async () => {
    const one = await share({
      runs: ['run-a'],
      search: '?from=1000&to=5000&tab=events',
      password: 'open sesame',
      notes: true,
    });
    const two = await share({ runs: ['run-a'] });
    expect(one.token).toMatch(/^[\w-]{32}$/);
    expect(one.token).not.toBe(two.token);
    expect(one).toMatchObject({
      kind: 'run',
      state: 'live',
      runs: ['run-a'],
      search: 'from=1000&to=5000&tab=events',
      notes: true,
      hasPassword: true,
      createdBy: 'ann',
      opens: 0,
    });
    expect(JSON.stringify([one, await listSharesOfRun(store, 'run-a', nowMs)])).not.toMatch(/argon2|sesame/);
  });

  it('are of runs that exist', async () => {
    expect(
      await createShare(store, newShareSchema.parse({ runs: ['run-a', 'nothing'] }), null, nowMs),
    ).toBeNull();
    expect(newShareSchema.safeParse({ runs: ['run-a', 'run-a'] }).success).toBe(false);
  });

  it('count their openings', async () => {
    const link = await share({ runs: ['run-a'] });
    await Promise.all([1, 2, 3].map((n) => countOpening(store, link.id, nowMs + n)));
    expect(await findShare(store, link.token, nowMs)).toMatchObject({ opens: 3 });
  });

  it('in a crowd are stored together, and none is lost while the database cannot be written', async () => {
    const link = await share({ runs: ['run-a'] });
    const asked: boolean[] = [];
    const sometimes = (): Promise<Store> => {
      asked.push(true);
      return asked.length === 2 ? Promise.reject(new Error('locked')) : Promise.resolve(store);
    };
    for (let n = 1; n <= 50; n++) noteOpening(link.id, nowMs + n, { store: sometimes, everyMs: 5 });
    await until(async () => (await findShare(store, link.token, nowMs))?.opens === 50);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('of a comparison name its runs by place and are found by them in any order', async () => {
    const link = await share({
      runs: ['run-b', 'run-c'],
      search: 'runs=run-b,run-c&base=run-c&align=first-request&other=x-run-b',
    });
    expect(link).toMatchObject({ kind: 'comparison', search: 'base=2&align=first-request' });
    expect((await listSharesOfComparison(store, ['run-c', 'run-b'], nowMs)).map(({ id }) => id)).toEqual([
      link.id,
    ]);
    expect(await listSharesOfComparison(store, ['run-b', 'run-a'], nowMs)).toEqual([]);
    expect((await listSharesOfRun(store, 'run-c', nowMs)).map(({ id }) => id)).toEqual([link.id]);
  });
});

describe('a link ends', () => {
  it('at its moment', async () => {
    const link = await share({ runs: ['run-a'], expiresAtMs: nowMs + minuteMs });
    expect(await stateAt(link, nowMs + minuteMs - 1)).toBe('open');
    expect(await stateAt(link, nowMs + minuteMs)).toBe('ended');
  });

  it('when it is revoked, and stays so', async () => {
    const link = await share({ runs: ['run-a'] });
    expect(await revokeShare(store, link.id, nowMs + 5)).toMatchObject({
      state: 'revoked',
      revokedAtMs: nowMs + 5,
    });
    expect(await revokeShare(store, link.id, nowMs + 9)).toMatchObject({ revokedAtMs: nowMs + 5 });
    expect(await stateAt(link)).toBe('ended');
    expect(await revokeShare(store, 'nothing', nowMs)).toBeNull();
  });

  it('with any of its runs, and opens again when that deletion is taken back', async () => {
    const both = await share({ runs: ['run-c', 'run-d'] });
    await deleteRuns(store, ['run-d'], nowMs);
    expect(await stateAt(both)).toBe('ended');
    await restoreRuns(store, ['run-d']);
    expect(await stateAt(both)).toBe('open');
    const alone = await share({ runs: ['run-d'] });
    await removeRun(store, 'run-d');
    expect(await findShare(store, both.token, nowMs)).toMatchObject({ state: 'deleted', runs: ['run-c'] });
    expect(await stateAt(alone)).toBe('ended');
  });

  it('is not what was never there', async () => {
    for (const token of ['', 'x', 'a'.repeat(32), "' OR 1=1 --", 'é'.repeat(32)])
      expect((await openShare(store, token, null, nowMs)).kind).toBe('unknown');
  });
});

describe('a password', () => {
  const cookieOf = (cookies: readonly string[]): string => cookies[0]!.split(';')[0]!;

  it('opens its own link for some hours, and no other', async () => {
    const link = (await findShare(
      store,
      (await share({ runs: ['run-a'], password: 'open sesame' })).token,
      nowMs,
    ))!;
    const other = await share({ runs: ['run-a'], password: 'open sesame' });
    expect(await stateAt(link)).toBe('locked');
    expect(await unlockShare(store, link, 'Open sesame', false, nowMs)).toEqual({ kind: 'wrong' });
    const unlocked = await unlockShare(store, link, 'open sesame', true, nowMs);
    if (unlocked.kind !== 'unlocked') throw new Error(unlocked.kind);
    expect(unlocked.cookies).toHaveLength(2);
    for (const cookie of unlocked.cookies)
      expect(cookie).toMatch(
        /; Path=\/(api\/)?share\/[\w-]{32}; HttpOnly; SameSite=Lax; Expires=[^;]+; Secure$/,
      );
    const kindWith = async (cookie: string, token = link.token, atMs = nowMs): Promise<string> =>
      (await openShare(store, token, cookie, atMs)).kind;
    const cookie = cookieOf(unlocked.cookies);
    expect(await kindWith(cookie)).toBe('open');
    expect(await kindWith(cookie, link.token, nowMs + 13 * 60 * minuteMs)).toBe('locked');
    expect(await kindWith(cookie, other.token)).toBe('locked');
    expect(await kindWith(cookie.replace(link.id.slice(0, 8), other.id.slice(0, 8)), other.token)).toBe(
      'locked',
    );
    const [name, value] = cookie.split('=') as [string, string];
    expect(await kindWith(`${name}=${Number(value.split('.')[0]) + 1}.${value.split('.')[1]}`)).toBe(
      'locked',
    );
  });

  it('may be tried ten times in ten minutes, also at once', async () => {
    const link = (await findShare(
      store,
      (await share({ runs: ['run-a'], password: 'open sesame' })).token,
      nowMs,
    ))!;
    const tried = await Promise.all(
      Array.from({ length: 12 }, () => unlockShare(store, link, 'wrong one', false, nowMs)),
    );
    expect(tried.filter(({ kind }) => kind === 'wrong')).toHaveLength(10);
    const [refused] = tried.filter((one) => one.kind === 'too-many');
    expect(refused?.retryAfterSeconds).toBeGreaterThan(0);
    expect((await unlockShare(store, link, 'open sesame', false, nowMs)).kind).toBe('too-many');
  });
});
