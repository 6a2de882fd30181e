import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { type LoadLogLine } from '@/lib/loadgen/engine';
import { inspectScript } from '@/lib/loadgen/inspect';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { projectFile } from '@/lib/loadgen/k6-environment';
import { startK6, type K6Exit, type K6Process } from '@/lib/loadgen/k6-process';
import { type ScriptSource } from '@/lib/loadgen/script-folder';
import { english } from '@/lib/words/english';
import { findCage } from './find-cage';
import { unusedUser } from './other-user';
import { type CageKind } from './shape';

/** What no script may come to know: in a file outside, in the environment, and on the ports it may not reach. */
const canary = `canary-${randomUUID()}`;
const secret = `secret-${randomUUID()}`;
const { path: k6Path } = await findK6({ stateDir: stateDirectory() });

async function holds(kind: CageKind): Promise<boolean> {
  process.env.SCALETRACE_CAGE = kind;
  return (await findCage(k6Path)).kind === kind;
}
/** Bubblewrap is tried where it is installed. */
const kinds: CageKind[] = [];
for (const kind of ['landlock', 'bubblewrap'] as const) if (await holds(kind)) kinds.push(kind);
const isRoot = process.getuid?.() === 0;
const hasLandlock = process.platform === 'linux' && !/^([0-4]|5\.(\d|1[0-2]))\./.test(release());

let service: Server;
let ingest: Server;
let outside = '';
let folder = '';
let log: LoadLogLine[] = [];
let requests: string[] = [];
let pushes: { authorization: string | undefined; body: Buffer }[] = [];
/** The service's address with ports that are not its own: as the dashboard's API is, in a lab. */
const forbidden: TcpServer[] = [];
let reached = 0;

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  service = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url === '/redirect')
      response.writeHead(302, { location: `http://127.0.0.1:${portOf(forbidden[0]!)}/` }).end();
    else response.end('Hello');
  });
  ingest = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pushes.push({ authorization: request.headers.authorization, body: Buffer.concat(chunks) });
      response.writeHead(204).end();
    });
  });
  const listen = (server: Server | TcpServer, address: string, port = 0): Promise<void> =>
    new Promise((resolve, reject) => server.on('error', reject).listen(port, address, resolve));
  for (const address of ['127.0.0.1', '::1', '127.0.0.2']) {
    const server = createTcpServer((socket) => {
      reached++;
      socket.on('error', () => {}).end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${canary}`);
    });
    await listen(server, address);
    forbidden.push(server);
  }
  await listen(service, '127.0.0.1');
  await listen(ingest, '127.0.0.1');
  // The service's own port, but at another address.
  const elsewhere = createTcpServer((socket) => {
    reached++;
    socket.destroy();
  });
  await listen(elsewhere, '::1', portOf(service));
  forbidden.push(elsewhere);
  process.env.CANARY = canary;
});
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'scaletrace-outside-'));
  writeFileSync(join(outside, 'canary.txt'), canary);
  folder = mkdtempSync(join(tmpdir(), 'scaletrace-cage-'));
  symlinkSync(join(outside, 'canary.txt'), join(folder, 'link.txt'));
  log = [];
  requests = [];
  pushes = [];
  reached = 0;
});
afterEach(() => {
  for (const path of [outside, folder]) rmSync(path, { recursive: true, force: true });
});
afterAll(() => {
  for (const server of [service, ingest, ...forbidden]) server.close();
  delete process.env.CANARY;
  delete process.env.SCALETRACE_CAGE;
});

const serviceUrl = (): string => `http://127.0.0.1:${portOf(service)}`;
const variables = (): Record<string, string> => ({
  TARGET_URL: serviceUrl(),
  OUTSIDE: outside,
  PORT: `${portOf(forbidden[0]!)}`,
  PORT6: `${portOf(forbidden[1]!)}`,
  PORT2: `${portOf(forbidden[2]!)}`,
  SERVICE_PORT: `${portOf(service)}`,
  DASHBOARD_PID: `${process.pid}`,
});

type Folder = Pick<ScriptSource, 'entry' | 'files'>;

function start(scriptText: string, env = variables(), folderOf: Folder = {}): Promise<K6Process> {
  return startK6({
    k6Path,
    scriptName: 'attack',
    scriptText,
    ...folderOf,
    target: { gatewayUrl: env.TARGET_URL ?? '', host: 'hello.example.com' },
    env,
    uncagedAllowed: process.env.SCALETRACE_CAGE === 'none',
    ingestUrl: `http://127.0.0.1:${portOf(ingest)}/ingest`,
    ingestSecret: secret,
    workDir: folder,
    onLog: (line) => log.push(line),
  });
}

async function run(scriptText: string, env = variables(), folderOf: Folder = {}): Promise<K6Exit> {
  return (await start(scriptText, env, folderOf)).exited;
}

/** The processes whose command line names a path, zombies not among them. */
const processesIn = (path: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(path));

const inspect = (scriptText: string, folderOf: Folder = {}): Promise<unknown> =>
  inspectScript({
    k6Path,
    scriptName: 'attack',
    scriptText,
    ...folderOf,
    env: variables(),
    uncagedAllowed: false,
  });

/** All that a script can have said or left. */
const said = (): string =>
  [
    ...log.map(({ text }) => (typeof text === 'string' ? text : english(text))),
    ...requests,
    ...readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), 'latin1')] : [],
    ),
  ].join('\n');

/** Attempts to read, as expressions of k6's init context. */
const reads: Record<string, string> = {
  'open, by its path': `open(__ENV.OUTSIDE + '/canary.txt')`,
  'open, as bytes': `String.fromCharCode(...new Uint8Array(open(__ENV.OUTSIDE + '/canary.txt', 'b')))`,
  'open, upwards': `open('../../../../../../../..' + __ENV.OUTSIDE + '/canary.txt')`,
  'open, by file://': `open('file://' + __ENV.OUTSIDE + '/canary.txt')`,
  'a symbolic link in its own folder': `open('./link.txt')`,
  'its own environment, by /proc': `open('/proc/self/environ')`,
  'the dashboard’s environment, by /proc': `open('/proc/' + __ENV.DASHBOARD_PID + '/environ')`,
  'the root of another process, by /proc': `open('/proc/' + __ENV.DASHBOARD_PID + '/root' + __ENV.OUTSIDE + '/canary.txt')`,
  'its own root, by /proc': `open('/proc/self/root' + __ENV.OUTSIDE + '/canary.txt')`,
  'the users of the machine': `open('/etc/passwd')`,
  'a module at a path': `require(__ENV.OUTSIDE + '/canary.txt')`,
};

it.runIf(hasLandlock)('Landlock holds from Linux 5.13 on, and is the first choice', async () => {
  delete process.env.SCALETRACE_CAGE;
  expect(kinds[0]).toBe('landlock');
  expect((await findCage(k6Path)).kind).toBe(isRoot ? 'landlock-other-user' : 'landlock');
});

describe.each(kinds)('in a cage by %s', (kind) => {
  beforeEach(() => {
    process.env.SCALETRACE_CAGE = kind;
  });

  it('is found by a trial', async () => {
    expect(await findCage(k6Path)).toMatchObject({ kind, reasons: [], switchedOff: false });
  });

  describe('nothing outside is read', () => {
    // In a check nobody can have put a link into the folder, which was made for it.
    const inCheck = Object.entries(reads).filter(([, expression]) => !expression.includes('link.txt'));
    it.each(inCheck)('in a check: %s', async (_, expression) => {
      const script = `const read = ${expression}; throw new Error('read: ' + read); export default function () {}`;
      const error = await inspect(script.replace('export default', 'exports.default =')).then(
        () => null,
        (caught: unknown) => caught as Error,
      );
      expect(error?.message).toMatch(/permission denied|no such file|couldn't be found/);
      expect(error?.message).not.toMatch(/read: |root:/);
      expect(error?.message).not.toContain(canary);
    });

    it.each(Object.entries(reads))('in a run: %s', async (_, expression) => {
      await run(`
        let read = '';
        try { read = 'read: ' + ${expression}; } catch (error) { console.log('refused'); }
        console.log(read);
        export default function () {}
      `);
      expect(log.some(({ text }) => text === 'refused')).toBe(true);
      expect(said()).not.toMatch(/root:x/);
      expect(log.some(({ text }) => typeof text === 'string' && text.includes('read: '))).toBe(false);
      expect(said()).not.toContain(canary);
    });

    it.each(['inspect', 'run'] as const)('by k6/experimental/fs: %s', async (how) => {
      const script = `
        import { open } from 'k6/experimental/fs';
        const file = await open(__ENV.OUTSIDE + '/canary.txt');
        const bytes = new Uint8Array(100); await file.read(bytes);
        console.log('read: ' + String.fromCharCode(...bytes));
        export default function () {}
      `;
      if (how === 'inspect') await expect(inspect(script)).rejects.toThrow(/permission denied|no such file/);
      else expect(await run(script)).toMatchObject({ state: 'failed' });
      expect(said()).not.toContain(canary);
    });
  });

  it('of several files reads its own folder, and nothing else', async () => {
    const folderOf = {
      entry: 'scripts/main.ts',
      files: [
        {
          path: 'lib/read.ts',
          content: `const attempts: (() => unknown)[] = [${Object.values(reads)
            .filter((expression) => !expression.startsWith('require'))
            .map((expression) => `() => ${expression.replace('./link.txt', '../link.txt')}`)
            .join(', ')}];
            export const read = attempts.map((attempt) => { try { return 'read: ' + attempt(); } catch (e) { return 'refused'; } });`,
        },
        { path: 'data/users.csv', content: 'anna,bert' },
      ],
    };
    const script = `
      import { read } from '../lib/read.ts';
      const users = open('../data/users.csv');
      console.log(read.join() + ' ' + users);
      if (__ENV.FAIL) throw new Error(read.join());
      export default function () {}
    `;
    const refused = folderOf.files[0]!.content.split('() =>')
      .slice(2)
      .map(() => 'refused')
      .join();
    expect(await run(script, variables(), folderOf)).toMatchObject({ outcome: 'finished' });
    expect(log.map(({ text }) => text)).toContain(`${refused} anna,bert`);
    expect(log.some(({ text }) => typeof text === 'string' && text.includes('read: '))).toBe(false);
    await expect(inspect(script, folderOf)).resolves.toBeDefined();
    await expect(
      inspect(`import x from '${join(outside, 'canary.txt')}'; export default function () {}`, folderOf),
    ).rejects.toThrow(/permission denied|no such file|couldn't be found/);
  });

  it('of several files is never written outside its folder', async () => {
    for (const path of ['../out.ts', '/tmp/out.ts', 'a/../../out.ts', 'main.ts/out.ts', 'main.ts'])
      await expect(
        inspect('export default function () {}', { entry: 'main.ts', files: [{ path, content: '' }] }),
      ).rejects.toThrow();
    expect(existsSync('/tmp/out.ts')).toBe(false);
  });

  it('writes its own folder only: handleSummary', async () => {
    const guard = readFileSync(projectFile('lib/loadgen/guard.mjs'), 'utf8');
    const script = `
      export default function () {}
      export function handleSummary() {
        return {
          'kept.txt': 'kept', [__ENV.OUTSIDE + '/written.txt']: 'x', [__ENV.OUTSIDE + '/canary.txt']: 'x',
          '../../written-upwards.txt': 'x', '../script.ts': 'x', '../k6-config.json': 'x', '../link.txt': 'x',
          '${projectFile('lib/loadgen/guard.mjs')}': 'x', '/dev/shm/written.txt': 'x',
        };
      }
    `;
    await run(script);
    expect(readFileSync(join(folder, 'files/kept.txt'), 'utf8')).toBe('kept');
    expect(readdirSync(outside)).toEqual(['canary.txt']);
    expect(readFileSync(join(outside, 'canary.txt'), 'utf8')).toBe(canary);
    expect(readFileSync(join(folder, 'script.ts'), 'utf8')).toBe(script);
    expect(existsSync(join(folder, '../written-upwards.txt'))).toBe(false);
    expect(existsSync('/dev/shm/written.txt')).toBe(false);
    expect(readFileSync(projectFile('lib/loadgen/guard.mjs'), 'utf8')).toBe(guard);
  });

  describe('nothing else is reached', () => {
    const urls: Record<string, string> = {
      'another port of its service’s address': 'http://127.0.0.1:${__ENV.PORT}/',
      'the same by another name': 'http://localhost:${__ENV.PORT}/',
      'the same as one number': 'http://2130706433:${__ENV.PORT}/',
      'the same within IPv6': 'http://[::ffff:127.0.0.1]:${__ENV.PORT}/',
      'the same as no address': 'http://0.0.0.0:${__ENV.PORT}/',
      'another loopback address': 'http://127.0.0.2:${__ENV.PORT2}/',
      'another port by IPv6': 'http://[::1]:${__ENV.PORT6}/',
      'its own port by IPv6': 'http://[::1]:${__ENV.SERVICE_PORT}/',
      'its own port by no address of IPv6': 'http://[::]:${__ENV.SERVICE_PORT}/',
      'a redirect': '${__ENV.TARGET_URL}/redirect',
      'a cloud’s metadata': 'http://169.254.169.254/latest/meta-data/',
      'a cloud’s metadata by IPv6': 'http://[fd00:ec2::254]/latest/meta-data/',
      'a name, for which a name server would be asked': 'http://metadata.google.internal/',
    };
    it.each(Object.entries(urls))('by k6/http: %s', async (_, url) => {
      await run(`
        import http from 'k6/http';
        export const options = { blacklistIPs: [], hosts: { 'localhost': '127.0.0.1' } };
        export default function () { const answer = http.get(\`${url}\`, { timeout: '5s' }); console.log('status ' + answer.status + ' ' + answer.body); }
      `);
      expect(log.map(({ text }) => text)).toContain('status 0 null');
      expect(reached).toBe(0);
    });

    const clients: Record<string, string> = {
      'k6/ws': `import ws from 'k6/ws'; export default function () { ws.connect('ws://127.0.0.1:' + __ENV.PORT, () => {}); }`,
      'k6/websockets': `import { WebSocket } from 'k6/websockets'; export default function () { new WebSocket('ws://127.0.0.1:' + __ENV.PORT); }`,
      'k6/net/grpc': `import grpc from 'k6/net/grpc'; const c = new grpc.Client(); export default function () { c.connect('127.0.0.1:' + __ENV.PORT, { plaintext: true, timeout: '2s' }); }`,
      'k6/experimental/redis': `import redis from 'k6/experimental/redis'; const c = new redis.Client('redis://127.0.0.1:' + __ENV.PORT); export default async function () { await c.get('x'); }`,
      'a host that is renamed': `import http from 'k6/http'; export const options = { hosts: { 'a.example': '127.0.0.1:' + __ENV.PORT } }; export default function () { http.get('http://a.example/'); }`,
      'k6/browser': `import { browser } from 'k6/browser'; export const options = { scenarios: { ui: { executor: 'shared-iterations', options: { browser: { type: 'chromium' } } } } }; export default async function () { const page = await browser.newPage(); await page.goto('http://127.0.0.1:' + __ENV.PORT); }`,
      'an extension': `import x from 'k6/x/exec'; export default function () { x.command('sh'); }`,
      'a module by import': `import x from 'https://127.0.0.1:PORT/x.js'; export default function () { x(); }`,
      'a module of IPv6': `import x from 'https://[::1]:PORT6/x.js'; export default function () { x(); }`,
      'a module at the service’s port': `import x from 'https://[::1]:SERVICE_PORT/x.js'; export default function () { x(); }`,
      'a module asked for late': `if (__ENV.TARGET_URL) require('https://127.0.0.1:' + __ENV.PORT + '/x.js'); exports.default = () => {};`,
    };
    it.each(Object.entries(clients))('by %s', async (_, script) => {
      const env = variables();
      const text = script.replace(/:(PORT6?|SERVICE_PORT)\//g, (_match, name: string) => `:${env[name]}/`);
      await run(text);
      expect(log.some(({ level }) => level === 'error' || level === 'warning')).toBe(true);
      expect(reached).toBe(0);
      expect(said()).not.toContain(canary);
    });

    it('in a check, not even the service', async () => {
      for (const url of [serviceUrl(), `https://127.0.0.1:${portOf(forbidden[0]!)}`]) {
        await expect(
          inspect(
            `import x from '${url.replace('http:', 'https:')}/x.js'; export default function () { x(); }`,
          ),
        ).rejects.toThrow();
      }
      expect(reached).toBe(0);
      expect(requests).toEqual([]);
    });
  });

  it.each([
    ['stop', { outcome: 'stopped', code: 105 }],
    ['kill', { outcome: 'killed', signal: 'SIGKILL' }],
  ] as const)('ends by %s(), and leaves no process', async (how, expected) => {
    const k6 = await start(`
      import http from 'k6/http';
      export const options = { vus: 2, duration: '60s' };
      export default function () { http.get(__ENV.TARGET_URL + '/in'); }
    `);
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    k6[how]();
    expect(await k6.exited).toMatchObject(expected);
    expect(processesIn(folder)).toEqual([]);
  });

  it('reaches a service that is given by a name', async () => {
    const exit = await run(
      `import http from 'k6/http'; export default function () { http.get(__ENV.TARGET_URL + '/named'); }`,
      { ...variables(), TARGET_URL: `http://localhost:${portOf(service)}` },
    );
    expect(exit).toMatchObject({ outcome: 'finished' });
    expect(requests).toEqual(['/named']);
    expect(pushes.length).toBeGreaterThan(0);
  });

  it('holds no secret of the ingest, and cannot push by what it holds', async () => {
    const exit = await run(`
      import http from 'k6/http';
      const config = JSON.parse(open('./k6-config.json')).collectors['experimental-prometheus-rw'];
      export const options = { vus: 1, iterations: 1 };
      export default function () {
        http.get(__ENV.TARGET_URL + '/in');
        console.log(JSON.stringify(config)); console.log(JSON.stringify(__ENV));
        console.log('forged ' + http.post(config.url, 'forged', { headers: { authorization: 'Bearer ' + config.bearerToken } }).status);
      }
    `);
    expect(exit).toMatchObject({ outcome: 'finished' });
    expect(log.map(({ text }) => text)).toContain('forged 0');
    expect(said()).not.toContain(secret);
    expect(pushes.length).toBeGreaterThan(0);
    expect(new Set(pushes.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${secret}`]));
    expect(pushes.filter(({ body }) => body.includes('forged'))).toEqual([]);
    expect(requests).toEqual(['/in']);
  });
});

describe.runIf(hasLandlock && isRoot)('as a user of no one else’s', () => {
  /** As root's home is: nobody else may enter it. */
  let home = '';
  beforeEach(() => {
    process.env.SCALETRACE_CAGE = 'landlock-other-user';
    home = folder;
    chmodSync(home, 0o700);
    folder = join(home, 'run');
    mkdirSync(folder, { mode: 0o700 });
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('k6 has no right of root’s, and none of anybody else’s', async () => {
    const k6 = await start(`
      import http from 'k6/http';
      export const options = { vus: 2, duration: '60s' };
      export default function () { http.get(__ENV.TARGET_URL + '/in'); }
    `);
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const status = readFileSync(`/proc/${k6.pid}/status`, 'utf8');
    const [user = ''] = /(?<=^Uid:\t)\d+/m.exec(status) ?? [];
    expect(status).toContain(`\nUid:\t${user}\t${user}\t${user}\t${user}\n`);
    expect(status).toContain(`\nGid:\t${user}\t${user}\t${user}\t${user}\n`);
    expect(status).toMatch(/^Groups:\s*$/m);
    for (const set of ['CapPrm', 'CapEff', 'CapAmb'])
      expect(status).toContain(`\n${set}:\t0000000000000000\n`);
    expect(
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map((line) => line.split(':')[2]),
    ).not.toContain(user);
    expect(unusedUser()).not.toBe(Number(user));
    k6.kill();
    expect(await k6.exited).toMatchObject({ outcome: 'killed', signal: 'SIGKILL' });
    expect(existsSync(`/proc/${k6.pid}`)).toBe(false);
  });

  it('reads its folder where nobody may enter the one above, and what it writes is read back', async () => {
    writeFileSync(join(home, 'above.txt'), canary);
    const exit = await run(`
      import http from 'k6/http';
      const own = open('./script.ts').length;
      let above = 'refused';
      try { above = open('../above.txt'); } catch (error) {}
      export const options = { vus: 1, iterations: 1 };
      export default function () { console.log('own ' + (own > 0) + ', above ' + above); http.get(__ENV.TARGET_URL + '/in'); }
      export function handleSummary() { return { 'kept.txt': 'kept', '../script.ts': 'x', '../above.txt': 'x' }; }
    `);
    expect(exit).toMatchObject({ outcome: 'finished', artefacts: [{ name: 'kept.txt', bytes: 4 }] });
    expect(exit.summary?.metrics.map(({ metric }) => metric)).toContain('http_reqs');
    expect(log.map(({ text }) => text)).toContain('own true, above refused');
    expect(readFileSync(join(home, 'above.txt'), 'utf8')).toBe(canary);
    expect(readFileSync(join(folder, 'script.ts'), 'utf8')).not.toBe('x');
    expect(requests).toEqual(['/in']);
    expect(pushes.length).toBeGreaterThan(0);
  });

  it('is started where its program lies in a folder that nobody else may enter', async () => {
    const own = join(home, 'k6');
    copyFileSync(k6Path, own);
    expect(await findCage(own)).toMatchObject({ kind: 'landlock-other-user', reasons: [] });
  });

  it('checks a script, tells its fault at its line, and ends a script that does not', async () => {
    expect(await inspect(`export const options = { vus: 3 }; export default function () {}`)).toMatchObject({
      vus: 3,
    });
    await expect(inspect(`\nthrow new Error('told ' + open('/etc/passwd'));`)).rejects.toMatchObject({
      errors: [{ path: 'scriptText', line: 2 }],
    });
    await expect(
      inspect(`for (let i = 0; i < 20000; i++) console.log('x'.repeat(1000)); export default function () {}`),
    ).rejects.toMatchObject({ said: { code: 'problems.script-wordy' } });
  });
});

describe('with no cage', () => {
  it('is said, and k6 runs as before', async () => {
    process.env.SCALETRACE_CAGE = 'none';
    expect(await findCage(k6Path)).toMatchObject({ kind: null, switchedOff: true });
    mkdirSync(join(folder, 'files'), { recursive: true });
    const exit = await run(`
      import http from 'k6/http';
      export default function () { http.get(__ENV.TARGET_URL + '/in'); }
    `);
    expect(exit).toMatchObject({ outcome: 'finished' });
    expect(requests).toEqual(['/in']);
    expect(new Set(pushes.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${secret}`]));
  });

  it('is what a kind that this machine lacks comes to, with the reason', async () => {
    process.env.SCALETRACE_CAGE = 'bubblewrap';
    const path = process.env.PATH;
    process.env.PATH = '';
    try {
      expect(await findCage(`${k6Path}`.replace(/\/k6$/, '/./k6'))).toMatchObject({
        kind: null,
        switchedOff: false,
        reasons: [{ kind: 'bubblewrap', reason: 'bwrap is not on PATH' }],
      });
    } finally {
      process.env.PATH = path;
    }
  });
});
