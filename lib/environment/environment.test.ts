import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkEnvironment, environmentTable, variable } from './environment';
import { projectRoot } from './paths';

afterEach(() => vi.unstubAllEnvs());

describe('a variable', () => {
  it('is what it says, and its default where it is not set or empty', () => {
    for (const [given, port] of [
      ['4301', 4301],
      ['', 4300],
      [undefined, 4300],
    ] as const) {
      vi.stubEnv('SCALETRACE_PORT', given);
      expect(variable('SCALETRACE_PORT')).toBe(port);
    }
  });

  it('may say yes in more than one way, but nothing that is neither yes nor no', () => {
    for (const [given, required] of [
      ['1', true],
      ['true', true],
      ['0', false],
      ['', false],
    ] as const) {
      vi.stubEnv('SCALETRACE_REQUIRE_SIGN_IN', given);
      expect(variable('SCALETRACE_REQUIRE_SIGN_IN')).toBe(required);
    }
    vi.stubEnv('SCALETRACE_REQUIRE_SIGN_IN', 'perhaps');
    expect(() => variable('SCALETRACE_REQUIRE_SIGN_IN')).toThrow('SCALETRACE_REQUIRE_SIGN_IN is "perhaps"');
  });

  it('that is wrong stops the start, together with each other that is', () => {
    vi.stubEnv('SCALETRACE_PORT', '70000');
    vi.stubEnv('SCALETRACE_URL', 'localhost:4300');
    vi.stubEnv('DATABASE_URL', 'postgress://ada:hidden@db');
    vi.stubEnv('SCALETRACE_TRUST_PROXY', undefined);
    expect(checkEnvironment).toThrow(/SCALETRACE_PORT[^]*DATABASE_URL[^]*SCALETRACE_URL/);
    expect(checkEnvironment).not.toThrow(/SCALETRACE_TRUST_PROXY|hidden/);
  });
});

it('is documented as it is (npx vitest run --project unit lib/environment -u)', async () => {
  const file = join(projectRoot(), 'docs/environment.md');
  const [head] = readFileSync(file, 'utf8').split('\n| variable');
  await expect(`${head}\n${environmentTable()}\n`).toMatchFileSnapshot(file);
});

it('knows each variable of ours that the checkout names', () => {
  const grep = execFileSync(
    'git',
    ['grep', '-hoE', 'SCALETRACE_[A-Z0-9_]+', '--', '*.ts', '*.tsx', '*.mjs', '*.md', '*.json', '*.yaml'],
    { cwd: projectRoot(), encoding: 'utf8' },
  );
  const known = environmentTable().match(/SCALETRACE_[A-Z0-9_]+/g);
  expect([...new Set(grep.trim().split('\n'))].filter((name) => !known?.includes(name))).toEqual([]);
});
