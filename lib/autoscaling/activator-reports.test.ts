import { expect, test } from 'vitest';
import { ActivatorReports } from './activator-reports';

test('the first request is told of at once, and taken off the next report', () => {
  const reports = new ActivatorReports();
  expect(reports.arrival()).toBe(1);
  expect(reports.arrival()).toBeNull();
  expect(reports.second(50)).toBe(49);
  expect(reports.second(50)).toBe(50);
});

test('after a second without a request the next one is a first again', () => {
  const reports = new ActivatorReports();
  reports.arrival();
  reports.second(0.3);
  expect(reports.arrival()).toBeNull();
  expect(reports.second(0)).toBe(0);
  expect(reports.arrival()).toBe(1);
  expect(reports.second(0.4)).toBe(0);
});
