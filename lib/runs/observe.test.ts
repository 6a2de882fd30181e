import { expect, it, vi } from 'vitest';
import { openTestStore, registerService } from './fake-run';
import { observeService } from './observe';
import { Recorder } from './recorder';

it('without a cluster it is told that Knative’s defaults stand in for its settings', async () => {
  const opened = await openTestStore();
  const { store } = opened;
  try {
    const service = await registerService(store, 'shop');
    const recorder = new Recorder(store, 'none', Date.now(), () => undefined);
    vi.spyOn(recorder, 'gapBegins').mockImplementation(() => undefined);
    const observation = await observeService(service, recorder, AbortSignal.timeout(10_000));
    observation.stop();
    expect(observation.clusterVersion).toBeNull();
    expect(observation.autoscaling.unread).toEqual([
      expect.stringMatching(/^configmaps knative-serving\/config-autoscaler.*defaults stand in/),
    ]);
  } finally {
    await opened.close();
  }
});
