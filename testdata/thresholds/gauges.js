// Gauges: the last value counts.
import http from 'k6/http';
import { Gauge } from 'k6/metrics';
const depth = new Gauge('depth');
export const options = {
  scenarios: { only: { executor: 'per-vu-iterations', vus: 1, iterations: 40 } },
  thresholds: {
    depth: ['value==39', 'value<39', 'value>10.5', 'value!=39'],
    'depth{side:left}': ['value==38', 'value>38'],
    vus_max: ['value==1', 'value>1'],
    vus: ['value<=1', 'value>1'],
  },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=40`);
  depth.add(__ITER, { side: __ITER % 2 === 0 ? 'left' : 'right' });
}
