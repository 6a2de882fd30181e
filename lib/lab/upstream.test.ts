import { expect, it } from 'vitest';
import { Upstream } from './upstream';

it('takes what is steadily in flight as exactly that, however the time is cut', async () => {
  const upstream = new Upstream('shop', 5, () => undefined);
  const leave = Array.from({ length: 50 }, () => upstream.acquire(() => undefined));
  upstream.takeMean();
  const means: number[] = [];
  for (let i = 0; i < 200; i++) {
    // One goes and another comes at once: the sum is cut at every such moment.
    leave.shift()!();
    leave.push(upstream.acquire(() => undefined));
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
    means.push(upstream.takeMean());
  }
  expect(Math.max(...means)).toBeLessThanOrEqual(50);
  upstream.takeMean();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(upstream.takeMean()).toBe(50);
});
