import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const start = ['scripts/serve.ts', 'start'];
const users = ['bin/scaletrace.mjs', 'users'];
const state = mkdtempSync(join(tmpdir(), 'scaletrace-serve-'));
const env: NodeJS.ProcessEnv = { ...process.env, SCALETRACE_DIR: state };

function run(
  program: string[],
  args: string[],
  input = '',
  more: Record<string, string> = {},
): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...program, ...args], {
    env: { ...env, ...more },
    input,
    encoding: 'utf8',
  });
  return { code: status, output: stdout + stderr };
}

beforeAll(() => {
  delete env.DATABASE_URL;
  delete env.SCALETRACE_REQUIRE_SIGN_IN;
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

describe('npm start on another address than loopback’s', () => {
  it('refuses to start while nobody could sign in, and says how to change that', () => {
    for (const args of [['--host', '0.0.0.0'], ['--require-sign-in']]) {
      const { code, output } = run(start, ['--port', '1', ...args]);
      expect(code).toBe(1);
      expect(output).toContain('npm run users -- add NAME --role admin');
    }
  });

  it('is content with an admin whose password came by standard input, not with a disabled or lesser user', () => {
    expect(run(users, ['add', 'ada', '--role', 'admin'], 'short\n').output).toContain(
      'at least 12 characters',
    );
    expect(run(users, ['add', 'bob', '--role', 'runner'], 'correct horse battery\n').code).toBe(0);
    expect(run(start, ['--port', '1', '--host', '0.0.0.0']).output).toContain('no admin is set up');
    expect(run(users, ['role', 'bob', 'admin']).code).toBe(0);
    expect(run(users, ['disable', 'bob']).output).toContain('the only admin');
    // It gets as far as the port, which is one that nobody may open here or has been built for.
    expect(run(start, ['--port', '0', '--host', '0.0.0.0']).output).toContain('--port 0: a port from 1');
  });
});

it('says once why it does not start on a history that a newer Scaletrace has changed', async () => {
  const newer = { SCALETRACE_DIR: join(state, 'newer') };
  expect(run(users, ['list'], '', newer).code).toBe(0);
  const history = createClient({ url: `file:${join(newer.SCALETRACE_DIR, 'scaletrace.db')}` });
  await history.execute(
    `INSERT OR IGNORE INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('n', '', '9_newer', 1)`,
  );
  history.close();
  const { code, output } = run(start, ['--port', '1'], '', newer);
  expect(code).toBe(1);
  expect(output.match(/newer Scaletrace \(it has migration 9_newer\)/g)).toHaveLength(1);
  expect(output).not.toContain(' at ');
});

it('refuses to start without the folder of secrets that it is told, as where a volume is not mounted', () => {
  const missing = join(state, 'not-mounted');
  const { code, output } = run(start, ['--port', '1'], '', { SCALETRACE_SECRETS_DIR: missing });
  expect(code).toBe(1);
  expect(output).toContain(`SCALETRACE_SECRETS_DIR names ${missing}, which is not there`);
});
