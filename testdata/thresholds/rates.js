// Shares: of failed requests, of checks of which some fail now and then, and the script's own.
import http from 'k6/http';
import { check } from 'k6';
import { Rate } from 'k6/metrics';
const own = new Rate('own');
const always = new Rate('always');
export const options = {
  vus: 2,
  iterations: 100,
  thresholds: {
    http_req_failed: ['rate==0.2', 'rate<0.2', 'rate<=0.2', 'rate>0.1', 'rate<0.19', 'rate!=0.2'],
    'http_req_failed{expected_response:true}': ['rate==0', 'rate>0'],
    'http_req_failed{status:503}': ['rate==1', 'rate<1'],
    checks: ['rate==1', 'rate>0.9', 'rate>0.5', 'rate>0.2', 'rate<0.7', 'rate>=0.8'],
    own: ['rate>0.3', 'rate<0.3', 'rate==0.25'],
    always: ['rate==1', 'rate<1', 'rate===1'],
  },
};
let ran = 0;
export default function () {
  const isBad = ran++ % 5 === 0;
  const r = http.get(`${__ENV.TARGET_URL}/${isBad ? 'bad' : ''}?ms=6`);
  check(r, { answered: () => true, fine: ({ status }) => status === 200 });
  if (ran % 2 === 0) check(r, { rarely: () => ran % 4 === 0 });
  own.add(ran % 4 === 0);
  always.add(true);
}
