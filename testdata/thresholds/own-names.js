// Metrics whose own names end as k6's names for others do.
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
const wait = new Trend('queue_wait_seconds');
const size = new Trend('body_bytes', true);
const errors = new Counter('errors_total');
const refresh = new Gauge('refresh_rate');
const fine = new Rate('fine_rate');
export const options = {
  vus: 1,
  iterations: 30,
  thresholds: {
    queue_wait_seconds: ['p(95)<1', 'p(95)<0.2', 'max>0.4'],
    body_bytes: ['p(95)<1000', 'avg<50'],
    errors_total: ['count==60', 'count<60'],
    refresh_rate: ['value==60', 'value<60'],
    fine_rate: ['rate>0.5', 'rate==1'],
  },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=4`);
  wait.add(0.1 + __ITER / 80);
  size.add(100 + __ITER);
  errors.add(2);
  refresh.add(60);
  fine.add(__ITER % 10 !== 0);
}
