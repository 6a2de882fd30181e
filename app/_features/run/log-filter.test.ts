import { expect, it } from 'vitest';
import { filterLog, severityOf } from './log-filter';

const lines = [
  ['debug', 'dialled'],
  ['info', 'Running'],
  ['warning', 'Request Failed'],
  ['error', 'thresholds were crossed'],
].map(([level = '', text = ''], id) => ({ id, atMs: id, level, text }));

it('keeps lines that are grave enough and contain the text in whichever case', () => {
  const ids = (level: 'all' | 'info' | 'warning' | 'error', text = ''): number[] =>
    filterLog(lines, { level, text }).map(({ id }) => id);
  expect([ids('all'), ids('info'), ids('warning'), ids('error')]).toEqual([
    [0, 1, 2, 3],
    [1, 2, 3],
    [2, 3],
    [3],
  ]);
  expect(ids('all', ' request ')).toEqual([2]);
  expect(ids('error', 'request')).toEqual([]);
});

it('knows k6’s words for levels', () => {
  expect(['WARN', 'warning', 'fatal', 'trace', 'notice'].map(severityOf)).toEqual([
    'warning',
    'warning',
    'error',
    'debug',
    'info',
  ]);
});
