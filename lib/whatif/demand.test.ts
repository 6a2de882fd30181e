import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  DemandFileError,
  demandFromCsv,
  demandFromPrometheus,
  demandFromReadings,
  holesOf,
  toOpenDemand,
} from './index';
import { textOf } from '@/lib/model/file-text';
import { refusalOf, textOf as said } from '@/lib/words/english';

describe('a CSV of time and concurrency', () => {
  test('is read with a header, in each form of time', () => {
    for (const times of [
      ['1700000000', '1700000001', '1700000002'],
      ['1700000000000', '1700000001000', '1700000002000'],
      ['2023-11-14T22:13:20Z', '2023-11-14 22:13:21', '2023-11-15T06:13:22+08:00'],
    ]) {
      const demand = demandFromCsv(
        `time,concurrency\n${times.map((time, i) => `${time},${i * 2.5}`).join('\r\n')}\n`,
      );
      expect(demand).toMatchObject({ kind: 'closed', startMs: 1_700_000_000_000, requests: null });
      expect([...demand.perSecond]).toEqual([0, 2.5, 5]);
    }
  });

  test('keeps its holes: empty values and long silence', () => {
    const demand = demandFromCsv('0,5\n15,\n30,7\n45,8\n200,9\n');
    expect(holesOf(demand)).toEqual([
      { fromMs: 15_000, toMs: 30_000 },
      { fromMs: 60_000, toMs: 200_000 },
    ]);
    expect(demand.perSecond).toHaveLength(215);
    expect(demand.perSecond[44]).toBe(7);
  });

  test.each([
    ['time,concurrency\n1,5\n2,many\n', 3, /"many" is no concurrency/],
    ['1,5\n2,-1\n', 2, /"-1" is no concurrency/],
    ['1,5\n\nyesterday,2\n', 3, /"yesterday" is no time/],
    ['1,5\n1,6\n', 2, /not later/],
    ['1,5\n2,5,6\n', 2, /found 3 columns/],
    ['1\n', 1, /found 1 column/],
    ['', null, /has no readings/],
    ['0,1\n9999999999,1\n', null, /days; the most is 31/],
  ])('%j is refused at line %s', (text, line, message) => {
    try {
      demandFromCsv(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DemandFileError);
      expect(error).toMatchObject({ line });
      expect(said(error)).toMatch(message);
    }
  });
});

describe('the JSON of a Prometheus range query', () => {
  const answer = (result: unknown, more: object = {}) =>
    JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more });

  test('adds its series up and keeps what is no number as a hole', () => {
    const demand = demandFromPrometheus(
      answer([
        {
          metric: { pod: 'a' },
          values: [
            [1700000000, '1'],
            [1700000001, '2'],
            [1700000002, 'NaN'],
            [1700000003, '4'],
          ],
        },
        {
          metric: { pod: 'b' },
          values: [
            [1700000001, '10'],
            [1700000003, '10'],
          ],
        },
      ]),
      'open',
    );
    expect(demand.kind).toBe('open');
    expect([...demand.perSecond]).toEqual([1, 12, NaN, 14]);
  });

  test.each([
    ['not JSON', '<html>', /is no JSON/],
    ['a failed query', answer([], { status: 'error' }), /status: is not "success"/],
    [
      'an instant query',
      JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }),
      /resultType: is not "matrix"/,
    ],
    ['no series', answer([]), /result: is empty/],
    ['a negative value', answer([{ metric: {}, values: [[1, '-3']] }]), /values\.0: "-3"/],
    ['a value that is no text', answer([{ metric: {}, values: [[1, 3]] }]), /values\.0\.1/],
  ])('%s is refused', (_what, text, message) => {
    expect(refusalOf(() => demandFromPrometheus(text))).toMatch(message);
  });
});

test('concurrency becomes arrivals by Little’s law, holes stay', () => {
  const demand = demandFromReadings(
    [
      { atMs: 0, value: 50 },
      { atMs: 1000, value: null },
      { atMs: 2000, value: 25 },
    ],
    'closed',
  );
  expect([...toOpenDemand(demand, 500).perSecond]).toEqual([100, NaN, 50]);
});

describe('what people have, by public reports (testdata/cases):', () => {
  const textIn = (path: string): string =>
    textOf(readFileSync(new URL(`../../testdata/cases/${path}`, import.meta.url)));
  const inf = (name: string) => demandFromPrometheus(textIn(`03-prometheus-inf-nan/${name}`));

  test('what divides by nothing is a hole', () => {
    const demand = inf('one-series-inf.json');
    expect(demand.perSecond).toHaveLength(300);
    expect(holesOf(demand)).toEqual([{ fromMs: demand.startMs + 75_000, toMs: demand.startMs + 120_000 }]);
    expect(holesOf(inf('finite.json'))).toEqual([]);
  });

  test('series that begin and end at other times, at fractions of a second', () => {
    const { perSecond } = inf('two-series-partial.json');
    expect([...perSecond]).toEqual([
      ...Array<number>(60).fill(1.5),
      ...Array<number>(90).fill(3.5),
      ...Array<number>(60).fill(2),
    ]);
  });

  test('the bare list of promtool', () => {
    expect(inf('promtool.json').perSecond).toHaveLength(300);
  });

  test('a CSV that PowerShell wrote, and one with a header and quotes of its own', () => {
    const demand = demandFromCsv(textIn('10-powershell-utf16/concurrency-utf16le.csv'));
    expect(demand.startMs).toBe(1_700_000_000_000);
    expect(holesOf(demand)).toEqual([]);
    expect([
      ...demandFromCsv('"Zeit (UTC)";"In flight 95%"\n"2023-11-14T22:13:20Z";"5"\n').perSecond,
    ]).toEqual([5]);
  });
});
