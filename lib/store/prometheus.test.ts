import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { prometheusInputSchema } from '@/lib/model/prometheus';
import { refusalOf } from '@/lib/words/english';
import { readPrometheus, shownPrometheus, withSecret, writePrometheus } from './prometheus';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-settings-'));
beforeAll(() => void vi.stubEnv('SCALETRACE_DIR', folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
const input = (more: object) =>
  prometheusInputSchema.parse({ url: 'https://prometheus.example', auth: 'bearer', ...more });

it('keeps the secret in a file for this user alone, and shows all but it', () => {
  expect(readPrometheus()).toBeNull();
  writePrometheus(withSecret(input({ secret: 'swordfish' })));
  expect(statSync(join(folder, 'prometheus.json')).mode & 0o777).toBe(0o600);
  const shown = shownPrometheus(readPrometheus());
  expect(shown).toMatchObject({ url: 'https://prometheus.example', auth: 'bearer', hasSecret: true });
  expect(JSON.stringify(shown)).not.toContain('swordfish');
});

it('takes the stored secret for the server that it was given for, and for no other', () => {
  expect(withSecret(input({ url: 'https://prometheus.example/prefix' })).secret).toBe('swordfish');
  for (const other of [
    { url: 'https://elsewhere.example' },
    { url: 'http://prometheus.example' },
    { auth: 'basic', user: 'me' },
  ])
    expect(refusalOf(() => withSecret(input(other)))).toMatch(/Enter the token or password/);
  expect(withSecret(input({ url: 'https://elsewhere.example', auth: 'none' })).secret).toBe('');
  writePrometheus(null);
  expect(readPrometheus()).toBeNull();
  expect(refusalOf(() => withSecret(input({})))).toMatch(/Enter the token or password/);
});
