// Every method and operator on times, at limits all around what the target takes: some are met, some are not.
import http from 'k6/http';
const methods = ['min', 'avg', 'med', 'max', 'p(0)', 'p(25)', 'p(90)', 'p(95.5)', 'p( 99 )'.replace(/ /g, ''), 'p(100)'];
const operators = ['<', '<=', '>', '>=', '==', '===', '!='];
const limits = ['1', '4.9', '5', ' 6.5', '10', '1.2e1', '20', '25.5', '40', '60', '1_000'];
const all = methods.flatMap((method) =>
  limits.map((limit, i) => `${method} ${operators[i % operators.length]} ${limit}`),
);
export const options = {
  scenarios: { steady: { executor: 'shared-iterations', vus: 4, iterations: 160, maxDuration: '20s' } },
  thresholds: { http_req_duration: all, http_req_waiting: all, iteration_duration: all, http_req_blocked: all },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=${[3, 5, 8, 13, 21, 34][__ITER % 6]}`);
}
