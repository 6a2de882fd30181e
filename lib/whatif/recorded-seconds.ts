import { requestMetrics, requestsIn } from '@/lib/timeline/protocols';
import { type Poke } from '@/lib/whatif';
import { type ConcurrencySample, type Recording } from '@/lib/model/recording';
import { latencyBetween, pointsOf, quantileMs } from '@/lib/timeline/requests';

/**
 * What came is what was answered and what is in flight; what came until a second is at most what came until any later one,
 * which keeps the two sources' slightly different seconds from counting a request twice.
 */
export function arrivals(
  inFlight: Float64Array,
  answers: ReadonlyMap<number, number>,
  pokes: readonly Poke[],
): Float64Array {
  let answered = 0;
  const until = inFlight.map((now, second) => {
    answered += answers.get(second) ?? 0;
    return answered + now;
  });
  let least = Infinity;
  for (let second = until.length - 1; second >= 0; second--) {
    if (!Number.isNaN(until[second])) least = Math.min(least, until[second]!);
    until[second] = Number.isNaN(until[second]) ? NaN : least;
  }
  let before = 0;
  const came = until.map((now, second) => {
    const came = now - before;
    // What was answered meanwhile came while nothing was known, not at once when it is known again.
    before = Number.isNaN(now) ? before + (answers.get(second) ?? 0) : now;
    return Math.max(came, 0);
  });
  // Load that began with the last moments of a second began with the next, unless it is known when it began.
  for (let second = 0; second + 1 < came.length; second++) {
    if (pokes.some(({ atMs }) => Math.floor(atMs / 1000) === second)) continue;
    const idle = second === 0 || (came[second - 1] === 0 && inFlight[second - 1] === 0);
    if (!idle || came[second] === 0 || !(came[second]! < 0.5 * came[second + 1]!)) continue;
    came[second + 1]! += came[second]!;
    came[second] = 0;
  }
  return came;
}

/**
 * Answers a second. k6's pushes come about, not exactly, each second and at moments of their own: what a push brought is
 * spread evenly over the time since the one before.
 */
export function answersBySecond(
  recording: Recording,
  zeroMs: number,
  partAt: (atMs: number) => number = () => 1,
): Map<number, number> {
  const pushes = new Map<number, number>();
  for (const { point, metric } of pointsOf(recording, requestMetrics)) {
    const requests = requestsIn(metric, point);
    if (requests !== null) pushes.set(point.atMs, (pushes.get(point.atMs) ?? 0) + requests);
  }
  const answers = new Map<number, number>();
  let beforeMs = -Infinity;
  for (const [atMs, all] of [...pushes].sort(([a], [b]) => a - b)) {
    const count = all * partAt(atMs);
    // A push after a pause brings what came in its last second.
    const fromMs = Math.max(beforeMs, atMs - longestPushMs);
    for (
      let second = Math.floor((fromMs - zeroMs) / 1000);
      second <= Math.floor((atMs - zeroMs) / 1000);
      second++
    ) {
      const share =
        Math.max(0, Math.min(atMs, zeroMs + (second + 1) * 1000) - Math.max(fromMs, zeroMs + second * 1000)) /
        (atMs - fromMs);
      if (share > 0) answers.set(second, (answers.get(second) ?? 0) + count * share);
    }
    beforeMs = atMs;
  }
  return answers;
}

const longestPushMs = 1100;
const fallbackServiceMs = 100;

/** Answers that a service time is taken from: fewer say more of their own moment than of the service. */
const leastAnswers = 20;
const widestSeconds = 15;

/**
 * How long a request took in a pod, second by second, by Little's law: in flight in pods ÷ answers a second, over as many
 * seconds around as it takes for enough answers. What slows the service down, such as a busy node, is so part of the
 * demand.
 */
export function serviceTimesMs(
  recording: Recording,
  answers: ReadonlyMap<number, number>,
  inside: Float64Array,
): Float64Array {
  const typicalMs = quantileMs(latencyBetween(recording, -Infinity, Infinity), 0.5) ?? fallbackServiceMs;
  return inside.map((_, second) => {
    let busy = 0;
    let answered = 0;
    for (let reach = 0; reach <= widestSeconds; reach++) {
      for (const at of reach === 0 ? [second] : [second - reach, second + reach]) {
        if (Number.isNaN(inside[at] ?? NaN) || !answers.has(at)) continue;
        busy += inside[at]!;
        answered += answers.get(at)!;
      }
      if (reach > 0 && answered >= leastAnswers) break;
    }
    return answered > 0 && busy > 0 ? (busy / answered) * 1000 : typicalMs;
  });
}

/** Samples, each the mean of the whole second before it, as means of seconds that begin elsewhere; NaN where half of one is unknown. */
export function meansBySecond(
  samples: readonly ConcurrencySample[],
  zeroMs: number,
  seconds: number,
  pick: (sample: ConcurrencySample) => number,
): Float64Array {
  const sums = new Float64Array(seconds);
  const known = new Float64Array(seconds);
  for (const sample of samples) {
    const fromMs = sample.atMs - 1000 - zeroMs;
    const first = Math.floor(fromMs / 1000);
    const late = fromMs / 1000 - first;
    for (const [second, share] of [
      [first, 1 - late],
      [first + 1, late],
    ] as const) {
      if (second < 0 || second >= seconds || share === 0) continue;
      sums[second]! += pick(sample) * share;
      known[second]! += share;
    }
  }
  // Before the first sample there was no load.
  if (known[0]! > 0 && known[0]! < 1) known[0] = 1;
  return sums.map((sum, second) => (known[second]! < 0.5 ? NaN : sum / known[second]!));
}
