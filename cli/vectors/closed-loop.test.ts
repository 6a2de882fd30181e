import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compareWithRun, Replayer } from '@/lib/whatif';
import { configOf } from './kpa-trace';
import { isLine, type Line, num, readLines } from './lines';

const traces = fileURLToPath(new URL('../../testdata/autoscaler/kpa', import.meta.url));

/** Ready pods at the end of each second, as the trace recorded them. */
function observedPods(lines: Line[], seconds: number, startPods: number): Float64Array {
  const events = lines.filter((line) => line.e === 'pods' || line.e === 'rec');
  const observed = new Float64Array(seconds);
  let next = 0;
  let ready = startPods;
  for (let second = 0; second < seconds; second++) {
    for (let event = events[next]; event && num(event.t) <= (second + 1) * 1000; event = events[++next])
      ready = num(event.ready);
    observed[second] = ready;
  }
  return observed;
}

/** The replay's own loop against the loop that the real Go code closed over a plant of pods with start delays. */
function podsError(lines: Line[]): number | null {
  const head = lines[0]!;
  const plant = isLine(head.plant) ? head.plant : {};
  const loads = plant.series;
  // A replay has one configuration, pods that do become ready, and a metric that the series states.
  if (
    head.loop !== 'closed' ||
    plant.neverReady === true ||
    lines.some((line) => line.e === 'cfg') ||
    head.reachability === 'Unreachable' ||
    !Array.isArray(loads)
  )
    return null;
  const { config } = configOf(head, head);
  if (config.metric === 'rps' && plant.load !== 'queue') return null;
  const seconds = Math.floor(num(head.durationMs) / 1000);
  const queue = plant.load === 'queue';
  const startPods = head.restart === true ? num(head.initialPods) : 0;
  const replayer = new Replayer(
    {
      kind: queue ? 'open' : 'closed',
      startMs: num(head.t0Unix) * 1000,
      perSecond: Float64Array.from({ length: seconds }, (_, i) => num(loads[Math.min(i, loads.length - 1)])),
      requests: null,
    },
    {
      serviceTimeMs: num(plant.serviceS) * 1000 || 100,
      podStarts: [0, 0.25, 0.5, 0.75, 1].map((share) => ({
        atMs: 0,
        tookMs: num(plant.startDelayMs) + share * num(plant.startJitterMs),
      })),
      startPods,
      seed: 1,
      podLimit: queue ? num(plant.podLimit) : 0,
    },
  );
  return compareWithRun({ readyPods: observedPods(lines, seconds, startPods) }, replayer.series(config))
    .readyPodsMeanAbsoluteError;
}

test('a replay meets the real autoscaler in a closed loop to half a pod, in the middle of many traces', () => {
  const errors = readdirSync(traces)
    .flatMap((name) => podsError(readLines(join(traces, name)).filter(isLine)) ?? [])
    .sort((a, b) => a - b);
  expect(errors.length).toBeGreaterThan(5);
  expect(errors[Math.floor(errors.length / 2)]).toBeLessThanOrEqual(0.5);
});
