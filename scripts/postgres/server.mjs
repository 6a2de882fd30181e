// A PostgreSQL server of one's own in a folder, on loopback, for tests, benches and new migrations: the machine's binaries,
// nothing of the machine's own cluster.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Where Debian keeps each version's binaries, beside PATH. */
const debianFolder = '/usr/lib/postgresql';

/** The folder of `initdb` and `postgres`, the newest first; null: PostgreSQL is not installed. @returns {string | null} */
export function postgresBinaries() {
  const versions = existsSync(debianFolder)
    ? readdirSync(debianFolder).map(Number).filter(Number.isInteger)
    : [];
  const folders = [
    ...versions.sort((a, b) => b - a).map((version) => join(debianFolder, `${version}`, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return (
    folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) ?? null
  );
}

/** What a machine without PostgreSQL is told. */
export const postgresMissing =
  'PostgreSQL is not installed (Debian: apt-get install postgresql): its initdb and postgres are needed.';

/**
 * @typedef {object} PostgresServer
 * @property {number} port
 * @property {(database?: string) => string} url of a database
 * @property {(name: string, template?: string) => Promise<string>} createDatabase gives its URL
 * @property {() => Promise<void>} start again, after it was stopped
 * @property {(how?: 'SIGINT' | 'SIGQUIT') => Promise<void>} stop at once: SIGINT shuts down, SIGQUIT is a crash
 * @property {() => Promise<void>} end stops it and removes its folder
 */

/**
 * Starts a server. Throws where PostgreSQL is not installed, or does not start.
 * @param {{ settings?: Record<string, string | number>; access?: string }} [options] `settings`: more of postgresql.conf;
 * `access`: the whole pg_hba.conf; without it everyone on this machine is let in
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres({ settings = {}, access } = {}) {
  const binaries = postgresBinaries();
  if (binaries === null) throw new Error(postgresMissing);
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const owner = unprivileged();
  if (owner) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid);
  /** @type {{ cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number }} */
  const as = { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } };
  await promisify(execFile)(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    as,
  );
  if (access !== undefined) writeFileSync(join(data, 'pg_hba.conf'), access);
  const port = await freePort();
  const all = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', ...settings };
  /** @type {import('node:child_process').ChildProcess | null} */
  let child = null;

  const start = async () => {
    const began = spawn(
      join(binaries, 'postgres'),
      ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...as, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child = began;
    await new Promise((resolve, reject) => {
      let said = '';
      began.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        said = (said + text).slice(-4000);
        if (said.includes('ready to accept connections')) resolve(undefined);
      });
      began.once('error', reject);
      began.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
    });
  };
  /** @param {'SIGINT' | 'SIGQUIT'} how */
  const stop = async (how = 'SIGINT') => {
    const going = child;
    child = null;
    if (!going || going.exitCode !== null || going.signalCode !== null) return;
    going.kill(how);
    await once(going, 'exit');
  };
  /** @param {string} [database] */
  const url = (database = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${database}`;
  // Should whoever started it forget to end it.
  process.once('exit', () => {
    child?.kill('SIGQUIT');
  });
  await start();
  return {
    port,
    url,
    start,
    stop,
    async createDatabase(name, template = 'template0') {
      const { Client } = (await import('pg')).default;
      const client = new Client({ connectionString: url() });
      await client.connect();
      try {
        await client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
      } finally {
        await client.end();
      }
      return url(name);
    },
    async end() {
      await stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: Debian's own user, else nobody. @returns {{ uid: number; gid: number } | null} */
function unprivileged() {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim(),
    );
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody.');
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
