import { describe, expect, it } from 'vitest';
import { nameInSummary, parseMetricName } from './metric-name';

// The tables of k6's own tests (metrics/metric_test.go): ParseMetricName, and what AddSubmetric then makes of its tags.
describe('parseMetricName', () => {
  it.each([
    ['test_metric', 'test_metric', {}],
    ['test_metric{abc:123}', 'test_metric', { abc: '123' }],
    ['test_metric{abc:123,easyas:doremi}', 'test_metric', { abc: '123', easyas: 'doremi' }],
    ['test_metric{abc:123, easyas:doremi}', 'test_metric', { abc: '123', easyas: 'doremi' }],
    ['test_metric{group:::mygroup}', 'test_metric', { group: '::mygroup' }],
    ['http_req_duration{name:http://${}.com}', 'http_req_duration', { name: 'http://${}.com' }],
    [
      'http_req_duration{name:http://${}.com,url:ssh://github.com:grafana/k6}',
      'http_req_duration',
      { name: 'http://${}.com', url: 'ssh://github.com:grafana/k6' },
    ],
    ['metric{ a : 1 }', 'metric', { a: '1' }],
    [`metric{ a:"",b: ''}`, 'metric', { a: '', b: '' }],
    [`metric{a : '1' , b : "2"}`, 'metric', { a: '1', b: '2' }],
    [`metric{" a" : ' 1' , b : "2 " }`, 'metric', { ' a': ' 1', b: '2 ' }],
  ])('%s', (name, metric, tags) => {
    expect(parseMetricName(name)).toEqual({ metric, tags });
  });

  it.each([
    'test_metric{easyas}',
    'test_metric{easyas:}',
    'test_metric{abc:123,easyas:}',
    'test_metric{abc:123,easyas}',
    'test_metric{easyas:doremi',
    'test_metriceasyas:doremi}',
    'test_metric}easyas:doremi{',
    'test_metric{easyas:doremi}suffix',
    'test_metric{}',
    'test_metric{a:b,}',
  ])('refuses %s', (name) => {
    expect(parseMetricName(name)).toBeNull();
  });

  it('is found in a summary without the space around its tags', () => {
    expect(['m', 'm{ a:b , c:d }'].map(nameInSummary)).toEqual(['m', 'm{a:b , c:d}']);
  });
});
