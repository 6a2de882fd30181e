// A script that keeps few of k6's tags: what failed is told by shares only, and scenarios are not told apart.
import http from 'k6/http';
export const options = {
  vus: 2,
  iterations: 60,
  systemTags: ['status', 'method'],
  thresholds: {
    http_req_failed: ['rate<0.4', 'rate<0.2', 'rate>0.3'],
    'http_req_failed{status:200}': ['rate==0'],
    'http_req_duration{status:200}': ['p(95)<60', 'p(95)<3'],
    'http_req_duration{scenario:default}': ['p(95)<60', 'min>1'],
    http_reqs: ['count==60'],
  },
};
let ran = 0;
export default function () {
  http.get(`${__ENV.TARGET_URL}/${ran++ % 3 === 0 ? 'bad' : ''}?ms=7`);
}
