import { message } from '@/lib/model/message';
import { type OptionalResource } from './unread';

const without = message('unread.without-test-run');

/** k6-operator's order for a load on several runners. */
export const testRuns: OptionalResource = {
  group: 'k6.io',
  version: 'v1alpha1',
  plural: 'testruns',
  namespaced: true,
  without,
};

/** What the operator makes of it: a Job a runner, and each Job's pod. */
export const runnerJobs: OptionalResource = {
  group: 'batch',
  version: 'v1',
  plural: 'jobs',
  namespaced: true,
  without,
};
export const runnerPods: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  namespaced: true,
  without,
};
