import { describe, expect, it } from 'vitest';
import { CliError } from './errors';
import { parseCommand, parseLag } from './options';

const codeOf = (args: string[]): number | null => {
  try {
    parseCommand(args, {});
    return null;
  } catch (error) {
    return error instanceof CliError ? error.code : -1;
  }
};

describe('parseCommand', () => {
  it('reads a run with its variables, tags and limits', () => {
    const args =
      'run --service default/hello --script tutorial --env REQUESTS=100 --env NOTE=a=b --tag ci --tag nightly --wait --max-lag 1.5s --junit out.xml'.split(
        ' ',
      );
    expect(parseCommand(args, { SCALETRACE_URL: 'http://127.0.0.1:1', SCALETRACE_TOKEN: 't' })).toMatchObject(
      {
        command: 'run',
        url: 'http://127.0.0.1:1',
        token: 't',
        service: 'default/hello',
        script: 'tutorial',
        env: { REQUESTS: '100', NOTE: 'a=b' },
        tags: ['ci', 'nightly'],
        wait: true,
        maxLagMs: 1500,
        junit: 'out.xml',
      },
    );
  });

  it.each([
    [['run', '--script', 'tutorial']],
    [['run', '--service', 'x', '--script', 'tutorial', '--env', 'NOVALUE']],
    [['run', '--service', 'x', '--script', 'tutorial', '--junit', 'out.xml']],
    [['run', '--service', 'x', '--script', 'tutorial', '--wait', '--max-lag', 'soon']],
    [['runs', '--limit', '0']],
    [['runs', '--url', 'localhost:4300']],
    [['stop']],
    [['export', 'some-id']],
    [['dance']],
    [['runs', '--unknown']],
    [[]],
  ])('ends with 2 at %j', (args) => {
    expect(codeOf(args)).toBe(2);
  });
});

describe('parseLag', () => {
  it('knows ms, s, m and off', () => {
    expect(['250ms', '5s', '2m', 'off'].map(parseLag)).toEqual([250, 5000, 120_000, null]);
  });
});
