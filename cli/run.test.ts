import { describe, expect, it } from 'vitest';
import { parseArguments } from '@/lib/environment/arguments';
import { runOptionsSchema } from './run';

const parse = (args: string[]) => parseArguments('scaletrace run', { options: runOptionsSchema }, args);
const least = ['--service', 'default/hello', '--script', 'tutorial'];

describe('the options of a run', () => {
  it('are variables, tags and limits', () => {
    const args =
      '--env REQUESTS=100 --env NOTE=a=b --plain REQUESTS --tag ci --tag nightly --wait --max-lag 1.5s --junit out.xml'.split(
        ' ',
      );
    expect(parse([...least, ...args])?.options).toEqual({
      service: 'default/hello',
      script: 'tutorial',
      env: { REQUESTS: '100', NOTE: 'a=b' },
      plain: ['REQUESTS'],
      tag: ['ci', 'nightly'],
      wait: true,
      comment: false,
      maxLag: 1500,
      junit: 'out.xml',
      engine: 'k6',
    });
  });

  it('know ms, s, m and off', () => {
    const lags = ['250ms', '5s', '2m', 'off'];
    expect(lags.map((lag) => parse([...least, '--wait', '--max-lag', lag])?.options.maxLag)).toEqual([
      250,
      5000,
      120_000,
      null,
    ]);
  });
});
