import { expect, it } from 'vitest';
import { type Problem } from '@/lib/model/problem';
import { k6Environment } from './k6-environment';

it('refuses variables that k6 or the system reads, each by its own field', () => {
  const refused = (env: Record<string, string>): Problem | null => {
    try {
      k6Environment(env);
      return null;
    } catch (error) {
      return error as Problem;
    }
  };
  const problem = refused({ VUS: '2', K6_VUS: '2', PATH: '/' })!;
  expect(problem.said.data).toEqual({ name: 'K6_VUS' });
  expect(problem.errors.map(({ path }) => path)).toEqual(['env.K6_VUS', 'env.PATH']);
  expect(refused({ VUS: '2', MY_PATH: '/' })).toBeNull();
});
