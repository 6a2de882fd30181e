// Parts of metrics by tags of k6 and of the script: one, several, quoted, with spaces, of a group, a scenario, an address.
import http from 'k6/http';
import { check, group } from 'k6';
import { Counter, Rate, Trend } from 'k6/metrics';
const sizes = new Trend('sizes');
const sold = new Counter('sold');
const liked = new Rate('liked');
const times = ['p(95)<30', 'p(95)<8', 'max<25', 'min>2', 'avg<10', 'med<=6'];
export const options = {
  scenarios: {
    one: { executor: 'per-vu-iterations', vus: 2, iterations: 20, tags: { team: 'a b' } },
    two: { executor: 'per-vu-iterations', vus: 1, iterations: 30, startTime: '1s' },
  },
  thresholds: {
    'http_req_duration{status:200}': times,
    'http_req_duration{status:503}': times,
    'http_req_duration{ scenario:one , status:200 }': times,
    'http_req_duration{scenario:two,expected_response:true}': times,
    'http_req_duration{group:::shop}': times,
    'http_req_duration{group:::shop::basket}': times,
    'http_req_duration{"team":"a b"}': times,
    "http_req_duration{name:'by name'}": times,
    'http_reqs{method:GET}': ['count==140', 'count>20', 'rate<1000', 'rate>1000'],
    'http_req_failed{scenario:one}': ['rate<0.2', 'rate<0.6', 'rate==0.25'],
    'http_req_failed{scenario:two}': ['rate<0.2', 'rate==0.25', 'rate!=0.25'],
    'checks{check:is fine}': ['rate==1', 'rate>0.7', 'rate>=0.75'],
    'checks{check:always}': ['rate==1', 'rate>0.5'],
    'checks{scenario:one}': ['rate>0.8', 'rate>0.9', 'rate>=0.5'],
    'group_duration{group:::shop}': ['max<1000', 'max<1', 'p(90)>1'],
    'sizes{kind:small}': ['max<=9', 'max<9', 'avg==4.5', 'avg<4.5', 'p(50)<100'],
    'sizes{kind:large}': ['min>=100', 'min>100', 'avg<2000'],
    'sold{kind:small}': ['count==30', 'count>30'],
    'liked{kind:small}': ['rate==0.5', 'rate>0.4'],
    'liked{kind:large,team:a b}': ['rate==1', 'rate<1'],
  },
};
export default function () {
  group('shop', () => {
    const fine = http.get(`${__ENV.TARGET_URL}/?ms=${3 + (__ITER % 4) * 6}`);
    check(fine, { always: (r) => r.status > 0 });
    group('basket', () => {
      const path = __ITER % 2 === 0 ? 'bad' : '';
      const r = http.get(`${__ENV.TARGET_URL}/${path}?ms=5`, { tags: { name: 'by name' } });
      check(r, { 'is fine': ({ status }) => status === 200, always: (r) => r.status > 0 });
    });
  });
  const kind = __ITER % 2 === 0 ? 'small' : 'large';
  sizes.add(kind === 'small' ? __ITER % 10 : 100 + __ITER * 7.5, { kind });
  sold.add(kind === 'small' ? 1 : 3, { kind });
  liked.add(kind === 'large' || __ITER % 4 === 0, { kind });
}
