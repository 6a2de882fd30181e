import { failedShareOf, type Run } from '@/lib/model/run';

interface Group {
  name: string;
  path: string;
  id: string;
  groups: Record<string, Group>;
  checks: Record<string, { name: string; path: string; id: string; passes: number; fails: number }>;
}

/** The run's summary in the shape of `k6 run --summary-export`; of a run without k6's own summary, what its figures give. */
export function k6Summary(run: Run): { root_group: Group; metrics: Record<string, Record<string, unknown>> } {
  const metrics = run.summary?.metrics ?? fromFigures(run);
  return {
    root_group: groupsOf(run),
    metrics: Object.fromEntries(
      metrics.map(({ metric, type, values, thresholds }) => {
        const { rate, ...rest } = values;
        // That form calls a rate's share `value`.
        const own = type === 'rate' && rate !== undefined ? { ...rest, value: rate } : values;
        // It says of a threshold whether it was crossed, and knows nothing between.
        const crossed = thresholds.flatMap(({ source, ok }) => (ok === null ? [] : [[source, !ok] as const]));
        return [metric, crossed.length === 0 ? own : { ...own, thresholds: Object.fromEntries(crossed) }];
      }),
    ),
  };
}

function groupsOf({ summary }: Run): Group {
  const groupOf = (name: string, path: string): Group => ({
    name,
    path,
    id: '',
    // A group or a check may be called as what every object has, such as `constructor`.
    groups: Object.create(null) as Group['groups'],
    checks: Object.create(null) as Group['checks'],
  });
  const root = groupOf('', '');
  const groupAt = (path: string): Group => {
    let group = root;
    for (const name of path.split('::').filter((part) => part !== ''))
      group = group.groups[name] ??= groupOf(name, `${group.path}::${name}`);
    return group;
  };
  for (const { path } of summary?.groups ?? []) groupAt(path);
  for (const { name, path, passes, fails } of summary?.checks ?? [])
    groupAt(path.slice(0, path.length - name.length)).checks[name] = { name, path, id: '', passes, fails };
  return root;
}

function fromFigures({ figures }: Run): NonNullable<Run['summary']>['metrics'] {
  const given = (values: Record<string, number | null>): Record<string, number> =>
    Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== null),
    );
  const { requests, failures } = figures;
  return [
    {
      metric: 'http_req_duration',
      type: 'trend',
      contains: 'time',
      values: given({
        med: figures.p50Ms,
        'p(50)': figures.p50Ms,
        'p(90)': figures.p90Ms,
        'p(95)': figures.p95Ms,
        'p(99)': figures.p99Ms,
      }),
      thresholds: [],
    },
    {
      metric: 'http_req_failed',
      type: 'rate',
      contains: 'default',
      values: given({
        rate: failedShareOf(figures),
        passes: failures,
        fails: requests === null || failures === null ? null : requests - failures,
      }),
      thresholds: [],
    },
    {
      metric: 'http_reqs',
      type: 'counter',
      contains: 'default',
      values: given({ count: requests, rate: figures.requestsPerSecond }),
      thresholds: [],
    },
  ];
}
