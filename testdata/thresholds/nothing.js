// What has no values: k6 takes the mean and the counts of nothing for 0, and its share for met.
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
new Trend('no_trend', true);
new Counter('no_counter');
new Gauge('no_gauge');
new Rate('no_rate');
export const options = {
  vus: 1,
  iterations: 30,
  thresholds: {
    no_trend: ['p(95)<500', 'min>10', 'avg==0', 'med>=0', 'max>0'],
    no_counter: ['count==0', 'count>0', 'rate==0'],
    no_gauge: ['value==0', 'value>0'],
    no_rate: ['rate>0.9'],
    'http_req_duration{status:500}': ['p(95)<500', 'min>10', 'max==0'],
    'http_reqs{scenario:other}': ['count==0', 'count>0', 'rate>0'],
    'http_req_failed{scenario:other}': ['rate<0.1', 'rate>0.1'],
    'checks{check:never}': ['rate==1'],
    checks: ['rate==1'],
  },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=5`);
}
