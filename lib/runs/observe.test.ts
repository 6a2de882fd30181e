import { expect, it, vi } from 'vitest';
import { openTestStore, registerService } from './fake-run';
import { observeService } from './observe';
import { Recorder } from './recorder';

it('without a cluster it is told that Knative’s defaults stand in for its settings', async () => {
  const { store, close } = await openTestStore();
  try {
    const service = await registerService(store, 'shop');
    const recorder = new Recorder(store, 'none', Date.now(), () => undefined);
    vi.spyOn(recorder, 'gapBegins').mockImplementation(() => undefined);
    const { autoscaling, clusterVersion, stop } = await observeService(
      service,
      recorder,
      AbortSignal.timeout(10_000),
    );
    stop();
    expect(clusterVersion).toBeNull();
    expect(autoscaling.unread).toEqual([
      expect.stringMatching(/^configmaps knative-serving\/config-autoscaler.*defaults stand in/),
    ]);
  } finally {
    await close();
  }
});
