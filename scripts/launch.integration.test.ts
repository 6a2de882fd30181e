import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { projectRoot } from '@/lib/environment/paths';
import { stillAlive, treeOf, type Listed } from './process-table';

const firstPort = 4590;
const started: { npm: ChildProcess; state: string; tree: readonly Listed[] }[] = [];

const namesOf = (tree: readonly Listed[]): string[] => tree.map(({ words }) => words);

/** `npm run NAME`, as a user starts it, with ports and a state of its own. */
function npmRun(name: string, args: string[]): { npm: ChildProcess; printed: () => string } {
  const state = mkdtempSync(join(tmpdir(), 'scaletrace-launch-'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    SCALETRACE_DIR: state,
    SCALETRACE_PORT: `${firstPort}`,
    SCALETRACE_GATEWAY_PORT: `${firstPort + 1}`,
    SCALETRACE_GATEWAY_TLS_PORT: `${firstPort + 4}`,
    SCALETRACE_API_PORT: `${firstPort + 2}`,
    SCALETRACE_METRICS_PORT: `${firstPort + 3}`,
  };
  for (const inherited of ['DATABASE_URL', 'KUBECONFIG', 'NODE_ENV']) delete env[inherited];
  const npm = spawn('npm', ['run', name, '--', ...args], { cwd: projectRoot(), env });
  started.push({ npm, state, tree: [] });
  let printed = '';
  for (const stream of [npm.stdout, npm.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return { npm, printed: () => printed };
}

const launcherOf = (tree: readonly Listed[]): number =>
  tree.find(({ words }) => words.startsWith('node scripts/launch'))!.pid;
/** Patience, not a claim: each program starts a lab and a dashboard, beside other tests. */
const eventually = { timeout: 100_000, interval: 100 };

afterEach(() => {
  for (const { npm, state, tree } of started.splice(0)) {
    for (const { pid } of [...stillAlive(tree), ...treeOf(npm.pid!)]) spawnSync('kill', ['-9', `${pid}`]);
    rmSync(state, { recursive: true, force: true });
  }
});

describe('a program that is killed leaves nothing behind', () => {
  const demo = ['demo', ['--requests', '1000000']] as const;
  it.each([
    ['the launcher of the demo, its run under way', ...demo, 'launcher', /k6 run/],
    ['npm, the run of the demo under way', ...demo, 'npm', /k6 run/],
    ['the launcher of the demo, the dashboard starting', ...demo, 'launcher', /next-server|next start/],
    ['the launcher of npm start', 'start', ['--lab'], 'launcher', /next-server/],
    ['npm of npm start', 'start', ['--lab'], 'npm', /next-server/],
  ] as const)('%s', async (_what, name, args, killed, until) => {
    const { npm, printed } = npmRun(name, [...args]);
    await expect.poll(() => [...namesOf(treeOf(npm.pid!)), printed()].join('\n'), eventually).toMatch(until);
    const tree = treeOf(npm.pid!);
    started.at(-1)!.tree = tree;
    process.kill(killed === 'npm' ? npm.pid! : launcherOf(tree), 'SIGKILL');
    await expect.poll(() => namesOf(stillAlive(tree)), { ...eventually, timeout: 10_000 }).toEqual([]);
  });
});

it('a lab that is killed leaves the dashboard and its history up, and says how it comes back', async () => {
  const { npm, printed } = npmRun('start', ['--lab']);
  await expect.poll(printed, eventually).toContain('dashboard  ');
  const tree = treeOf(npm.pid!);
  started.at(-1)!.tree = tree;
  process.kill(tree.find(({ words }) => /scripts\/lab\.ts/.test(words))!.pid, 'SIGKILL');
  await expect.poll(printed, eventually).toContain('`npm run lab` starts the lab again');
  expect((await fetch(`http://127.0.0.1:${firstPort}/api/runs`)).status).toBe(200);
});

describe('Ctrl-C ends all at once', () => {
  it.each([
    ['the lab starting', /starting the lab/, 0],
    ['the dashboard starting', /starting the lab/, 1500],
    ['the run under way', /watch it live/, 3000],
  ] as const)('%s', async (_what, until, waitMs) => {
    const { npm, printed } = npmRun('demo', ['--requests', '1000000']);
    await expect.poll(printed, eventually).toMatch(until);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const tree = treeOf(npm.pid!);
    started.at(-1)!.tree = tree;
    process.kill(launcherOf(tree), 'SIGINT');
    await expect.poll(() => namesOf(stillAlive(tree)), { ...eventually, timeout: 5000 }).toEqual([]);
  });
});
