import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '@/lib/environment/paths';
import { buildDashboard } from '@/scripts/setup/setup.mjs';
import { kill, Site, until } from './site';

const [temporaryBefore, databaseBefore] = [process.env.TMPDIR, process.env.DATABASE_URL];
let folder = '';
let site: Site;

beforeAll(async () => {
  buildDashboard();
  folder = mkdtempSync(join(tmpdir(), 'scaletrace-left-'));
  // What is made in the temporary folder is ours alone, and is looked at too.
  process.env.TMPDIR = folder;
  // Whoever kills keeps their own history out of it: this one answers nobody.
  process.env.DATABASE_URL = 'postgres://nobody@127.0.0.1:1/nothing';
  site = await Site.open(folder);
}, 300_000);
afterAll(async () => {
  await site?.close();
  if (temporaryBefore === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporaryBefore;
  if (databaseBefore === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = databaseBefore;
  rmSync(folder, { recursive: true, force: true });
});

interface Entry {
  path: string;
  kind: 'folder' | 'file' | 'other';
  mode: string;
}

/** All that lies below a folder. What goes meanwhile is left out. */
function walk(below: string): Entry[] {
  return [
    below,
    ...readdirSync(below, { recursive: true, encoding: 'utf8' }).map((one) => join(below, one)),
  ].flatMap((path): Entry[] => {
    const is = lstatSync(path, { throwIfNoEntry: false });
    if (!is) return [];
    const kind = is.isDirectory() ? 'folder' : is.isFile() ? 'file' : 'other';
    return [{ path: path.slice(below.length), kind, mode: (is.mode & 0o777).toString(8) }];
  });
}

/** No one but their user reads any file or enters any folder; a program may be started by its user alone. */
function expectPrivate(entries: readonly Entry[]): void {
  expect(
    entries.filter(({ kind, mode }) => !(kind === 'folder' ? ['700'] : ['600', '700']).includes(mode)),
  ).toEqual([]);
}

/** What a state folder holds when nothing is under way. */
const lasting =
  /^(|\/scaletrace\.db(-wal|-shm)?|\/dashboard\.(json|lock|lock-journal)|\/runs|\/scratch|\/bin(\/.*)?)$/;

it('a run, an import, a saved script and a checked one leave nothing that others can read', async () => {
  const id = await site.startRun(2);
  let during: Entry[] = [];
  await until('the run’s folder', 20_000, () =>
    (during = walk(site.state)).some(({ path }) => /\/runs\/.*\.js/.test(path)),
  );
  expectPrivate(during);
  expect((await site.ended(id, 60_000)).state).toBe('finished');
  const scriptText = 'export default () => {};';
  await site.api('PUT /api/scripts/{name}', { params: { name: 'kept' }, body: { body: scriptText } });
  await site.api('POST /api/scripts/check', { body: { scriptName: 'kept', scriptText, env: {} } });
  const imported = await fetch(`${site.url}/api/import?save=1&file=hey.csv`, {
    method: 'POST',
    body: readFileSync(join(projectRoot(), 'lib/importing/fixtures/hey.csv')),
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(imported.status).toBe(201);
  expect((await fetch(`${site.url}/api/runs/${id}/export/json`)).status).toBe(200);
  await until('the run’s folder to go', 10_000, () => !existsSync(join(site.state, 'runs', id)));
  const after = walk(site.state);
  expectPrivate(after);
  expect(after.filter(({ path }) => !lasting.test(path))).toEqual([]);
});

it('of a run and a check that a kill ended, the next start leaves nothing', async () => {
  const id = await site.startRun(60);
  await until('the first pushes', 30_000, () => site.pushes.acknowledged(id) > 2);
  void site
    .api('POST /api/scripts/check', {
      body: { scriptName: 'endless', scriptText: 'for (;;);\nexport default () => {};', env: {} },
    })
    .catch(() => undefined);
  const scratch = (): string[] => readdirSync(join(site.state, 'scratch'));
  await until('the check', 20_000, () => scratch().some((name) => name.includes('inspect')));
  expectPrivate(walk(site.state));
  kill(site.processOf('dashboard', id, () => 0)!.pid);
  await until('the launcher to end', 20_000, () => !site.isLaunched('dashboard'));
  await site.settled();
  // What makes this test one: something was left.
  expect(existsSync(join(site.state, 'runs', id))).toBe(true);
  expect(scratch()).not.toEqual([]);
  await site.start();
  expect((await site.ended(id, 10_000)).state).toBe('interrupted');
  const after = walk(site.state);
  expectPrivate(after);
  expect(after.filter(({ path }) => !lasting.test(path))).toEqual([]);
  expect(scratch()).toEqual([]);
  // In the temporary folder there is what compiles the lab's TypeScript, and nothing of ours.
  expect(readdirSync(folder).filter((name) => !/^(state|lab|tsx-|node-compile-cache)/.test(name))).toEqual(
    [],
  );
});
