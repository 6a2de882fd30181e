import { expect, it } from 'vitest';
import { type RequestColumn } from '@/lib/timeline/columns';
import { type ChartModel } from './model';
import { lateSeries } from './late';

/** What a run that goes on has, its load from second 1, requests and concurrency up to these moments. */
function live(
  requestsMs: number | null,
  concurrencyMs: number | null,
  endMs: number,
  run: Partial<Pick<ChartModel['run'], 'loadEndMs' | 'endedAtMs' | 'loadStartMs'>> = {},
): Parameters<typeof lateSeries>[0] {
  return {
    run: { loadStartMs: 1000, loadEndMs: null, endedAtMs: null, ...run } as ChartModel['run'],
    table: {
      all: requestsMs === null ? [] : [{ toMs: requestsMs } as RequestColumn],
    } as unknown as ChartModel['table'],
    recording: {
      concurrency: concurrencyMs === null ? [] : [{ atMs: concurrencyMs }],
    } as unknown as ChartModel['recording'],
    endMs,
  };
}

it('names what ends long before the rest, and by how much', () => {
  expect(lateSeries(live(10_000, 9000, 10_400))).toEqual([]);
  expect(lateSeries(live(10_000, 6000, 10_400))).toEqual([{ series: 'concurrency', lateMs: 4400 }]);
  expect(lateSeries(live(5000, 10_000, 10_000))).toEqual([{ series: 'requests', lateMs: 5000 }]);
  expect(lateSeries(live(null, null, 6000))).toEqual([
    { series: 'requests', lateMs: 5000 },
    { series: 'concurrency', lateMs: 5000 },
  ]);
});

it('waits for nothing before the load, after it and when the run has ended', () => {
  expect(lateSeries(live(null, null, 9000, { loadStartMs: null }))).toEqual([]);
  expect(lateSeries(live(5000, 5000, 9000, { loadEndMs: 5000 }))).toEqual([]);
  expect(lateSeries(live(5000, 5000, 9000, { endedAtMs: 9000 }))).toEqual([]);
});
