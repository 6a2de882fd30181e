import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { startFakeProxy } from '@/lib/outgoing/fake-proxy';
import { refusalOf, textOf } from '@/lib/words/english';
import { readPath } from './bounded-api';
import { readClusterVersion } from './client';
import { kubeContexts, loadKubeConfig } from './kubeconfig';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../testdata/cases/23-kubeconfig-as-kubectl-reads-it/${name}`, import.meta.url));
const load = (...names: string[]) => {
  vi.stubEnv('KUBECONFIG', names.join(delimiter));
  return loadKubeConfig('/nowhere');
};
afterEach(() => vi.unstubAllEnvs());

// By public reports; kubectl takes each of the first three.
test.each([
  ['a list whose first file is gone', ['/nowhere/none.yaml', file('good.yaml')]],
  ['a list that ends in nothing', [file('good.yaml'), '']],
  ['an entry that is broken, but not used', [file('one-broken-entry.yaml')]],
  ['two files that name the same', [file('good.yaml'), file('one-broken-entry.yaml')]],
  ['a context that a later file chooses', [file('no-current-context.yaml'), file('good.yaml')]],
])('%s is read as kubectl reads it', (_what, names) => {
  expect(load(...names).getCurrentCluster()?.server).toBe('http://127.0.0.1:5381');
});

test('a file without anything in it names nothing, as to kubectl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-kubeconfig-'));
  try {
    const empty = join(folder, 'empty');
    for (const text of ['', '\n', '---\n# of a tool that has not written it yet\n']) {
      writeFileSync(empty, text);
      expect(load(empty, file('good.yaml')).getCurrentCluster()?.server).toBe('http://127.0.0.1:5381');
      expect(refusalOf(() => load(empty))).toMatch(/No cluster is configured/);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what is missing is named', () => {
  expect(refusalOf(() => load(file('no-current-context.yaml')))).toMatch(
    /no current context.*use-context.*dev/,
  );
  expect(refusalOf(() => load('/nowhere/none.yaml'))).toMatch(/\/nowhere\/none\.yaml, which is not there/);
});

describe('what an API server behind plain HTTP is asked with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-kubeconfig-'));
  let asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response
      .setHeader('content-type', 'application/json')
      .end('{"gitVersion":"v1.36.3","major":"1","minor":"36"}');
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => void (asked = []));

  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = (user: object, cluster: object = {}) => {
    const path = join(folder, 'config');
    writeFileSync(
      path,
      JSON.stringify({
        'current-context': 'c',
        clusters: [{ name: 'c', cluster: { server: address(), ...cluster } }],
        users: [{ name: 'u', user }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      }),
    );
    return load(path);
  };
  const plugin = (name: string, script: string): string => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
    return `./${name}`;
  };
  const bearer = (): (string | undefined)[] => asked.map(({ headers }) => headers.authorization);

  it('a token file’s text as it is at each request, from the kubeconfig’s folder', async () => {
    const own = config({ token: 'old', tokenFile: 'token' });
    for (const token of ['first', 'second']) {
      writeFileSync(join(folder, 'token'), `${token}\n`);
      expect(await readClusterVersion(own)).toBe('v1.36.3');
    }
    expect(bearer()).toEqual(['Bearer first', 'Bearer second']);
    rmSync(join(folder, 'token'));
    expect(await readClusterVersion(own).catch(textOf)).toMatch(/token file .*token cannot be read/);
  });

  it('what a plugin gives, which is told what it is for and asked once', async () => {
    const command = plugin(
      'gives',
      `echo asked >> "$(dirname "$0")/log"
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s"}}' "$KIND" "$(printf %s "$KUBERNETES_EXEC_INFO" | grep -c '"interactive":false')"`,
    );
    const own = config({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command,
        env: [{ name: 'KIND', value: 'mine' }],
      },
    });
    await readClusterVersion(own);
    await readClusterVersion(own);
    expect(bearer()).toEqual(['Bearer mine-1', 'Bearer mine-1']);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('asked\n');
  });

  it.each([
    ['fails', { command: './fails' }, /plugin .*fails failed: token has expired, run login/],
    [
      'is not there',
      { command: 'no-such-plugin', installHint: 'Get it from us.' },
      /no-such-plugin is not there.*Get it from us/,
    ],
    ['gives something else', { command: './babbles' }, /babbles failed: no ExecCredential/],
  ])('a plugin that %s is told of', async (_what, exec, expected) => {
    plugin('fails', 'echo "token has expired, run login" >&2; exit 1');
    plugin('babbles', 'echo hello');
    expect(await readClusterVersion(config({ exec })).catch(textOf)).toMatch(expected);
    expect(asked).toEqual([]);
  });

  it('a plugin that is slow holds up no answer for longer than asked, and is ended where nobody waits for it', async () => {
    // Waits in the shell itself, so that nothing else is left of it.
    const command = plugin('slow', 'echo $$ > "$(dirname "$0")/pid"; read -r _ < "$(dirname "$0")/never"');
    execFileSync('mkfifo', [join(folder, 'never')]);
    const own = config({ exec: { command } });
    expect(await readClusterVersion(own, 1000).catch(textOf)).toMatch(/plugin .*slow gave nothing for 1 s/);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    // What is slow may give something yet: the next question waits for the same.
    expect(() => process.kill(pid, 0)).not.toThrow();
    const stop = new AbortController();
    const reading = readPath(own, '/api/v1/pods', {}, { ms: 10_000, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow());
    expect(readFileSync(join(folder, 'pid'), 'utf8').trim()).toBe(`${pid}`);
  });

  it('by the proxy that the kubeconfig names, else by the environment’s, but for this machine', async () => {
    const { url, asked: tunnels, close } = await startFakeProxy((server.address() as AddressInfo).port);
    expect(await readClusterVersion(config({}, { 'proxy-url': url }))).toBe('v1.36.3');
    expect(tunnels).toEqual([new URL(address()).host]);
    vi.stubEnv('HTTP_PROXY', url);
    expect(config({}).getCurrentCluster()?.proxyUrl).toBeUndefined();
    expect(config({}, { server: 'http://cluster.example:8001' }).getCurrentCluster()?.proxyUrl).toBe(url);
    vi.stubEnv('NO_PROXY', '10.0.0.0/8,.example');
    expect(
      config({}, { server: 'http://cluster.example:8001' }).getCurrentCluster()?.proxyUrl,
    ).toBeUndefined();
    expect(config({}, { server: 'http://10.1.2.3:8001' }).getCurrentCluster()?.proxyUrl).toBeUndefined();
    close();
  });
});

describe('a context that a service names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-contexts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const cluster = (name: string) =>
    written(
      `${name}.yaml`,
      JSON.stringify({
        'current-context': name,
        clusters: [{ name, cluster: { server: `http://${name}.example:8001` } }],
        users: [{ name, user: {} }],
        contexts: [
          { name, context: { cluster: name, user: name } },
          { name: `${name}-of-old`, context: { cluster: 'gone', user: name } },
        ],
      }),
    );
  const [east, west, broken] = [cluster('east'), cluster('west'), written('broken.yaml', 'contexts: [')];
  const server = (context: string | null, ...files: string[]): string | undefined => {
    vi.stubEnv('KUBECONFIG', files.join(delimiter));
    return loadKubeConfig('/nowhere', context).getCurrentCluster()?.server;
  };

  test('is found in any file, whatever the current one is, and however broken another is', () => {
    expect(server(null, east, west)).toBe('http://east.example:8001');
    expect(server('west', east, west)).toBe('http://west.example:8001');
    expect(server('west', broken, east, west)).toBe('http://west.example:8001');
  });

  test('beside the lab’s is one of kubectl’s own file, which nobody else looks at', () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    const state = mkdtempSync(join(folder, 'state-'));
    mkdirSync(join(folder, '.kube'), { recursive: true });
    copyFileSync(east, join(state, 'kubeconfig'));
    copyFileSync(west, join(folder, '.kube', 'config'));
    expect(loadKubeConfig(state).getCurrentCluster()?.server).toBe('http://east.example:8001');
    expect(loadKubeConfig(state, 'west').getCurrentCluster()?.server).toBe('http://west.example:8001');
    copyFileSync(broken, join(folder, '.kube', 'config'));
    expect(loadKubeConfig(state).getCurrentCluster()?.server).toBe('http://east.example:8001');
  });

  test('that is not there is refused with those that are', () => {
    expect(refusalOf(() => server('north', east, west))).toMatch(
      /no context "north".*east, east-of-old, west, west-of-old/,
    );
    expect(refusalOf(() => server('east-of-old', east))).toMatch(/"east-of-old" names no cluster/);
    // What is asked for wrongly is no fault of a cluster.
    expect(() => server('north', east, west)).toThrow(expect.objectContaining({ status: 422 }));
    expect(refusalOf(() => server('inClusterContext', east))).toMatch(/no context "inClusterContext"/);
  });

  test('is one of these, each with its server', () => {
    vi.stubEnv('KUBECONFIG', [east, broken, west].join(delimiter));
    const { contexts, current, unreadable } = kubeContexts('/nowhere');
    expect(contexts.map(({ name, server: at }) => [name, at])).toEqual([
      ['east', 'http://east.example:8001'],
      ['east-of-old', null],
      ['west', 'http://west.example:8001'],
      ['west-of-old', null],
    ]);
    expect(unreadable).toHaveLength(1);
    // kubectl, which reads all of them for the current one, would refuse the list.
    expect(current).toBeNull();
    vi.stubEnv('KUBECONFIG', [west, east].join(delimiter));
    expect(kubeContexts('/nowhere').current).toBe('west');
  });
});
