// Counters, by count and by rate, k6's own and the script's.
import http from 'k6/http';
import { Counter } from 'k6/metrics';
const whole = new Counter('whole');
const parts = new Counter('parts');
export const options = {
  vus: 3,
  iterations: 90,
  thresholds: {
    http_reqs: ['count==90', 'count===90', 'count!=90', 'count>89.5', 'count<90', 'rate>1', 'rate>5000', 'rate<5000'],
    iterations: ['count>=90', 'count<=89', 'rate>0'],
    data_received: ['count>1000', 'count<1000', 'rate>1'],
    data_sent: ['count>1000', 'count>1e9'],
    whole: ['count==270', 'count<270', 'rate>1'],
    parts: ['count>22.4', 'count<22.6', 'count==22.5', 'count<20'],
    dropped_iterations: ['count==0', 'count<1', 'count>0', 'rate==0'],
  },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=10`);
  whole.add(3);
  parts.add(0.25);
}
