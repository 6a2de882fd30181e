import { expect, it } from 'vitest';
import { differingSettings, scalingSettings } from './scaling-settings';

it('names what a revision is scaled by and the calculation is not, without what Knative sets by itself', () => {
  const own = { 'autoscaling.knative.dev/target': '5', 'autoscaling.knative.dev/max-scale': '20' };
  const theirs = {
    ...own,
    'autoscaling.knative.dev/target': '10',
    'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/metric': 'concurrency',
    'serving.knative.dev/creator': 'somebody',
  };
  expect(differingSettings(scalingSettings(own, 0), scalingSettings(own, 0))).toEqual([]);
  expect(differingSettings(scalingSettings(own, 5), scalingSettings(theirs, 0))).toEqual([
    { setting: 'autoscaling.knative.dev/target', ours: '5', theirs: '10' },
    { setting: 'containerConcurrency', ours: '5', theirs: null },
  ]);
});
