// A rate of arrivals that cannot be kept up: iterations are dropped.
import http from 'k6/http';
export const options = {
  scenarios: {
    tight: {
      executor: 'constant-arrival-rate',
      rate: 40,
      timeUnit: '1s',
      duration: '3s',
      preAllocatedVUs: 1,
      maxVUs: 1,
      gracefulStop: '1s',
    },
  },
  thresholds: {
    dropped_iterations: ['count==0', 'count>10', 'rate>5', 'rate<1000'],
    'dropped_iterations{scenario:tight}': ['count<5'],
    'iterations{scenario:tight}': ['rate>1', 'rate>100'],
  },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=60`);
}
