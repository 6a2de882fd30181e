import { expect, it } from 'vitest';
import { isGone, problemOfAnswer, ApiProblem } from './api-problem';

it('takes an answer of a proxy for a dashboard that is gone, and none of the dashboard’s own', () => {
  const own = { title: 'No room', detail: 'Later.', code: 'problems.busy' };
  expect(isGone(new ApiProblem(0, '', ''))).toBe(true);
  expect(isGone(problemOfAnswer(502, undefined))).toBe(true);
  expect(isGone(problemOfAnswer(504, { message: 'no healthy upstream' }))).toBe(true);
  expect(isGone(problemOfAnswer(503, own))).toBe(false);
  expect(isGone(problemOfAnswer(500, undefined))).toBe(false);
  expect(isGone(problemOfAnswer(401, own))).toBe(false);
});
