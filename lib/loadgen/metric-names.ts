export type MetricType = 'counter' | 'gauge' | 'rate' | 'trend';
export type MetricUnit = 'seconds' | 'bytes' | 'none';

export interface NamedSeries {
  /** As the script names it, such as `http_req_duration`. */
  metric: string;
  type: MetricType;
  unit: MetricUnit;
}

/**
 * What the series of k6's remote-write output may be, the most likely first. It makes `k6_http_reqs_total` of the counter
 * `http_reqs`, `k6_checks_rate` of the rate `checks`, `k6_http_req_duration_seconds` of a trend of times and `k6_vus` of
 * a gauge (internal/output/prometheusrw): a trend of plain numbers whose own name is `queue_wait_seconds` has the same
 * name as a trend of times that is called `queue_wait`.
 */
export function meaningsOf(name: string, isHistogram: boolean): [NamedSeries, ...NamedSeries[]] {
  const bare = name.replace(/^k6_/, '');
  const whole: NamedSeries = { metric: bare, type: isHistogram ? 'trend' : 'gauge', unit: 'none' };
  const [, metric = '', suffix = ''] =
    (isHistogram ? /^(.+)_(seconds|bytes)$/ : /^(.+)_(total|rate)$/).exec(bare) ?? [];
  switch (suffix) {
    case 'seconds':
    case 'bytes':
      return [{ metric, type: 'trend', unit: suffix }, whole];
    case 'total':
      return [
        { metric, type: 'counter', unit: /^data_(sent|received)$/.test(metric) ? 'bytes' : 'none' },
        whole,
      ];
    case 'rate':
      return [{ metric, type: 'rate', unit: 'none' }, whole];
    default:
      return [whole];
  }
}

/** k6's own metrics, whose names are known without the script (grafana.com/docs/k6: built-in metrics). */
const ownOfK6 =
  /^(http_req(s|_\w+)|iterations|iteration_duration|dropped_iterations|group_duration|checks|data_(sent|received)|vus(_max)?|(ws|grpc|browser)_\w+)$/;

/** The meaning whose name is k6's own, or is written in the script as a text; the likeliest where that tells none. */
export function meaningIn(
  scriptTexts: ReadonlySet<string>,
  [likely, ...others]: readonly [NamedSeries, ...NamedSeries[]],
): NamedSeries {
  if (ownOfK6.test(likely.metric) || scriptTexts.has(likely.metric)) return likely;
  return others.find(({ metric }) => scriptTexts.has(metric)) ?? likely;
}

/** The texts of a script that may be the name of a metric (k6: letters, digits and `_`, up to 128). */
export function textsOf(script: string): Set<string> {
  return new Set([...script.matchAll(/(['"`])([A-Za-z_]\w{0,127})\1/g)].map(([, , text = '']) => text));
}

/** What the values of a metric are, by the meanings that were taken; null where it is none of them. */
export function unitIn(taken: ReadonlyMap<string, NamedSeries>, metric: string): MetricUnit | null {
  const known = taken.get(metric)?.unit;
  if (known !== undefined) return known;
  return (
    (['seconds', 'bytes'] as const).find((unit) => taken.get(`${metric}_${unit}`)?.type === 'trend') ?? null
  );
}

/** A series' meaning that was taken, and the one that k6's own summary tells. */
export interface Renamed {
  from: NamedSeries;
  to: NamedSeries;
}

/**
 * Which metrics k6's end-of-test summary knows by the other meaning of their series. One that it knows by both cannot be
 * told apart, nor can k6.
 * @param summary names and types of the summary's metrics
 */
export function renamedBy(
  taken: Iterable<NamedSeries>,
  summary: readonly { metric: string; type: MetricType }[],
): Renamed[] {
  const knows = ({ metric, type }: NamedSeries): boolean =>
    summary.some((own) => own.metric === metric && own.type === type);
  return [...taken].flatMap((from) => {
    if (knows(from)) return [];
    const to = meaningsOf(seriesNameOf(from), from.type === 'trend').find(knows);
    return to ? [{ from, to }] : [];
  });
}

function seriesNameOf({ metric, type, unit }: NamedSeries): string {
  const suffix = { counter: '_total', rate: '_rate', gauge: '', trend: unit === 'none' ? '' : `_${unit}` };
  return `k6_${metric}${suffix[type]}`;
}
