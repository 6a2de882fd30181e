import { afterEach, expect, it, vi } from 'vitest';
import { english } from '@/lib/words/english';
import { runnerUrl } from './runner-url';

afterEach(() => vi.unstubAllEnvs());

const own = 'http://127.0.0.1:41234';

it('is this dashboard’s own address for the lab alone, where none is told', () => {
  expect(runnerUrl(true, own)).toEqual({ url: own, why: null });
  expect(runnerUrl(true, null).url).toBeNull();
  expect(english(runnerUrl(false, own).why!)).toContain('SCALETRACE_RUNNER_URL');
});

it.each([
  'http://scaletrace.scaletrace.svc',
  'http://192.0.2.7:3000/',
  'https://[2001:db8::1]',
  'http://localhost.example.com',
])('is what is told: %s', (told) => {
  vi.stubEnv('SCALETRACE_RUNNER_URL', told);
  expect(runnerUrl(false, own)).toEqual({ url: `${told.replace(/\/$/, '')}/api/ingest`, why: null });
});

it.each([
  'http://127.0.0.1:3000',
  'http://127.1.2.3',
  'http://0.0.0.0:3000',
  'http://localhost:3000',
  'http://dashboard.localhost',
  'http://[::1]:3000',
  'http://[::ffff:127.0.0.1]:3000',
])(
  'is refused for another cluster where it is each runner’s own machine, and taken for the lab: %s',
  (told) => {
    vi.stubEnv('SCALETRACE_RUNNER_URL', told);
    const { url, why } = runnerUrl(false, own);
    expect(url).toBeNull();
    expect(english(why!)).toContain(told);
    expect(runnerUrl(true, own).url).toBe(`${told}/api/ingest`);
  },
);
