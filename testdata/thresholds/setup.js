// Requests of setup and teardown count too, and lie in groups of their own.
import http from 'k6/http';
export const options = {
  vus: 2,
  iterations: 20,
  thresholds: {
    http_reqs: ['count==22', 'count==20'],
    'http_reqs{group:::setup}': ['count==1'],
    'http_reqs{group:::teardown}': ['count==1', 'count>1'],
    'http_req_duration{group:::setup}': ['max>50', 'max<50'],
    http_req_duration: ['max>50', 'p(95)<50'],
    iterations: ['count==20'],
  },
};
export function setup() {
  http.get(`${__ENV.TARGET_URL}/?ms=80`);
}
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=9`);
}
export function teardown() {
  http.get(`${__ENV.TARGET_URL}/?ms=5`);
}
