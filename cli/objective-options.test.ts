import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseArguments } from '@/lib/environment/arguments';
import { noObjective, objectiveChangeSchema } from '@/lib/model/objective';
import { objectiveOf, objectiveOptions } from './objective-options';

const schema = z.object(objectiveOptions);
const parse = (line: string) =>
  parseArguments('scaletrace run', { options: schema }, line.split(' ').filter(Boolean))!.options;
const asked = (line: string, { wait = true, objective = {} } = {}) =>
  objectiveOf({ ...parse(line), wait }, { objective: { ...noObjective, ...objective } });

describe('what a run asks for', () => {
  it.each([
    ['--max-lag 500ms', { lagMs: 500 }],
    ['--max-lag 1.5m', { lagMs: 90_000 }],
    ['--max-lag off', { lagMs: null }],
    ['--max-incident 5s', { incidentMs: 5000 }],
    ['--max-slow 1%:500ms', { slowShare: 0.01, slowerThanMs: 500 }],
    ['--max-slow 0.5%:2s', { slowShare: 0.005, slowerThanMs: 2000 }],
    ['--max-slow 100%:1ms', { slowShare: 1, slowerThanMs: 1 }],
    ['--max-slow off', { slowShare: null, slowerThanMs: null }],
    ['--max-failed 0.1%', { failedShare: 0.001 }],
    ['--max-failed 100%', { failedShare: 1 }],
    ['--max-over-limit 3s', { overLimitMs: 3000 }],
    ['--max-waiting 20', { mostWaiting: 20 }],
    ['--max-waiting off', { mostWaiting: null }],
    ['--max-cold-starts 0', { coldStarts: 0 }],
    ['--no-regression', { regression: true }],
  ])('by %s', (line, expected) => {
    const change = asked(line, { wait: false });
    expect(change).toEqual(expected);
    // The server takes each.
    expect(objectiveChangeSchema.parse(change)).toEqual(expected);
  });

  it('is nothing where nothing is said', () => {
    expect(asked('', { wait: false })).toEqual({});
  });

  it.each([
    '--max-lag 5',
    '--max-lag 5h',
    '--max-lag -1s',
    '--max-slow 1%',
    '--max-slow 500ms:1%',
    '--max-slow 101%:1s',
    '--max-failed 0.1',
    '--max-failed 101%',
    '--max-waiting 1.5',
    '--max-cold-starts many',
  ])('is refused by %s', (line) => {
    expect(() => parse(line)).toThrow(line.split(' ')[0]);
  });
});

describe('a command that waits', () => {
  it('asks how late a scale-up may be, unless the service or the command says how fast capacity has to follow', () => {
    expect(asked('')).toEqual({ lagMs: 10_000 });
    expect(asked('--max-failed 1%')).toEqual({ failedShare: 0.01, lagMs: 10_000 });
    expect(asked('', { objective: { lagMs: 3000 } })).toEqual({});
    expect(asked('', { objective: { incidentMs: 3000 } })).toEqual({});
    expect(asked('--max-incident 5s')).toEqual({ incidentMs: 5000 });
    expect(asked('--max-lag off')).toEqual({ lagMs: null });
    expect(asked('--max-lag 2s', { objective: { lagMs: 3000 } })).toEqual({ lagMs: 2000 });
  });

  it('asks so of a service that has no objective at all, too', () => {
    expect(objectiveOf({ wait: true }, {})).toEqual({ lagMs: 10_000 });
    expect(objectiveOf({ wait: true }, { objective: null })).toEqual({ lagMs: 10_000 });
  });
});
