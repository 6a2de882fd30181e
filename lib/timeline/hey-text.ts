import { histogramBounds } from '@/lib/statistics/histogram/bounds';
import { countAbove, mean, quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type Distribution } from './distribution';

/** What the text needs beside the histogram. */
export interface HeyInput {
  /** Times in seconds. */
  histogram: ExponentialHistogram;
  /** How long the requests took to come; null where that is not known, nor a rate then. */
  seconds: number | null;
  statuses: Distribution['statuses'];
  errors: Distribution['errors'];
  bytes: number;
  phases: Distribution['phases'];
  /** The exact ends (seconds) where they are known; the histogram's are its outer buckets' edges. */
  fastest?: number | undefined;
  slowest?: number | undefined;
}

const bucketCount = 10;
const barWidth = 40;

/** One bar of hey's histogram: how many values are at most `mark` seconds and above the mark before. */
export interface HeyBucket {
  mark: number;
  count: number;
}

/** hey's eleven buckets: even steps from the fastest to the slowest; the counts add up to all values. */
export function heyBuckets(histogram: ExponentialHistogram, fastest: number, slowest: number): HeyBucket[] {
  const step = (slowest - fastest) / bucketCount;
  let before = 0;
  return Array.from({ length: bucketCount + 1 }, (_, i) => {
    const mark = i === bucketCount ? slowest : fastest + i * step;
    // The fastest value alone is at the first mark, the slowest at the last one, wherever their buckets' edges are.
    const upTo =
      i === 0
        ? Math.min(1, histogram.count)
        : i === bucketCount
          ? histogram.count
          : Math.round(histogram.count - countAbove(histogram, mark));
    const count = Math.max(0, upTo - before);
    before = Math.max(before, upTo);
    return { mark, count };
  });
}

/** The distribution as hey prints it (github.com/rakyll/hey): the same lines, so that what reads hey's output reads this. */
export function heyText({ histogram, seconds, statuses, errors, bytes, phases, ...ends }: HeyInput): string {
  const bounds = histogramBounds(histogram);
  if (!bounds) return '';
  const fastest = ends.fastest ?? bounds.min;
  const slowest = Math.max(ends.slowest ?? bounds.max, fastest);
  const { count } = histogram;
  const lines = [
    '',
    'Summary:',
    ...(seconds === null ? [] : [`  Total:\t${fixed(seconds)} secs`]),
    `  Slowest:\t${fixed(slowest)} secs`,
    `  Fastest:\t${fixed(fastest)} secs`,
    `  Average:\t${fixed(mean(histogram))} secs`,
    ...(seconds === null ? [] : [`  Requests/sec:\t${fixed(seconds > 0 ? count / seconds : 0)}`]),
    '  ',
    ...(bytes > 0
      ? [
          `  Total data:\t${Math.round(bytes)} bytes`,
          `  Size/request:\t${Math.floor(bytes / count)} bytes`,
          '',
        ]
      : ['']),
    'Response time histogram:',
    ...barLines(heyBuckets(histogram, fastest, slowest)),
    '',
    '',
    'Latency distribution:',
    ...[10, 25, 50, 75, 90, 95, 99].map(
      (p) => `  ${p}% in ${fixed(Math.min(slowest, Math.max(fastest, quantile(histogram, p / 100))))} secs`,
    ),
    '',
    ...(phases.length > 0 ? ['Details (average, fastest, slowest):', ...phases.map(phaseLine), ''] : []),
    'Status code distribution:',
    ...statuses
      .filter(({ status }) => status !== '0')
      .map((one) => `  [${one.status}]\t${one.count} responses`),
    '',
  ];
  const failed = statuses.find(({ status }) => status === '0')?.count ?? 0;
  if (failed > 0)
    lines.push(
      'Error distribution:',
      ...(errors.length > 0
        ? errors.map((error) => `  [${error.count}]\tk6 error ${error.code}`)
        : [`  [${failed}]\tno answer`]),
      '',
    );
  return lines.join('\n');
}

function barLines(buckets: readonly HeyBucket[]): string[] {
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  return buckets.map(
    ({ mark, count }) =>
      `  ${mark.toFixed(3)} [${count}]\t|${'■'.repeat(Math.floor((count * barWidth + Math.floor(most / 2)) / most))}`,
  );
}

/** hey's words for the phases; it has one more, the look-up of the name, which k6 does not tell apart. */
const phaseNames: Record<Distribution['phases'][number]['phase'], string> = {
  blocked: 'DNS+dialup',
  sending: 'req write',
  waiting: 'resp wait',
  receiving: 'resp read',
};

function phaseLine({ phase, histogram }: Distribution['phases'][number]): string {
  const bounds = histogramBounds(histogram) ?? { min: 0, max: 0 };
  return `  ${phaseNames[phase]}:\t${fixed(mean(histogram))} secs, ${fixed(bounds.min)} secs, ${fixed(bounds.max)} secs`;
}

const fixed = (value: number): string => value.toFixed(4);
