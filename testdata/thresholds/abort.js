// Ends itself: what is crossed must not end it before its delay is over.
import http from 'k6/http';
export const options = {
  scenarios: { long: { executor: 'constant-vus', vus: 2, duration: '60s', gracefulStop: '1s' } },
  thresholds: {
    http_req_duration: [{ threshold: 'p(95)<20', abortOnFail: true, delayAbortEval: '3s' }, 'max<1000'],
    http_req_failed: [{ threshold: 'rate<0.5', abortOnFail: true }],
    'http_reqs{status:200}': ['count>10'],
  },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=30`);
}
