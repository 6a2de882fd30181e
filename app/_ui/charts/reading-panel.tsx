'use client';

import { type ReactNode } from 'react';
import { cn } from '@/app/_ui/cn';
import { requestKinds } from '@/lib/model/protocol-figures';
import { drawnTimes, type ProtocolSpan } from '@/lib/timeline/protocol-columns';
import { quantileMs } from '@/lib/timeline/requests';
import { type Words } from '@/lib/words/words';
import { useClock } from './clock';
import { formatMs, formatNumber, formatRate } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { type Locale } from '@/lib/words/locale';
import { type ChartModel } from './model';
import { type LoadAxis } from './limit-lines';
import { readingAt, type Reading } from './reading';
import { type Store, useStore } from './store';
import { Swatch } from './swatch';
import { type ChartKey, type ChartView } from './view';
import { type ChartSpec, type LegendItem } from './series';
import { type ProtocolChart } from './protocol-spans';

interface Row {
  label: string;
  value: string;
  colour?: string;
  shape?: LegendItem['shape'];
  strong?: boolean;
}

/** One reading of all charts: at the crosshair, else the latest. */
export function ReadingPanel({
  model: store,
  view,
  specs,
  shown,
  compact,
}: {
  model: Store<ChartModel>;
  view: ChartView;
  /** Their legends grow while they are drawn: they are read when the reading is. */
  specs: readonly Pick<ChartSpec, 'legend'>[];
  /** The charts whose readings are told. */
  shown: readonly ChartKey[];
  compact: boolean;
}) {
  const t = useWords();
  const locale = useLocale();
  const model = useStore(store);
  const { tell } = useClock(view, model.run);
  const hoverMs = useStore(view.reading);
  const atMs = hoverMs ?? model.endMs;
  const revision = useStore(view.revision);
  const reading = readingAt(model, hoverMs ?? latestWithData(model), revision);
  const legends = specs.flatMap(({ legend }) => legend);
  const groups = groupsOf(reading, t, locale, legends).filter(({ key }) => shown.includes(key));
  const clock = (
    <span className="tabular font-mono text-sm font-semibold" data-reading-at={Math.round(atMs)}>
      {tell(atMs, true)}
    </span>
  );
  if (compact) {
    const brief = groups.flatMap(({ rows }) => rows.filter((row) => row.strong));
    return (
      <div
        tabIndex={0}
        role="group"
        aria-label={t('charts.reading')}
        data-reading
        className="flex items-center gap-3 overflow-x-auto text-xs [scrollbar-width:none]"
      >
        {clock}
        {brief.map((row) => (
          <span key={row.label} className="flex items-center gap-1 whitespace-nowrap">
            {row.colour && row.shape && <Swatch colour={row.colour} shape={row.shape} />}
            <span className="text-muted-foreground">{row.label}</span>
            <span className="tabular font-medium">{row.value}</span>
          </span>
        ))}
      </div>
    );
  }
  return (
    <div data-reading>
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="text-xs font-medium text-muted-foreground">
          {hoverMs === null ? t('charts.atEnd') : t('charts.reading')}
        </h3>
        {clock}
      </div>
      {groups.map((group) => (
        <Group key={group.title} title={group.title}>
          {group.rows.map((row) => (
            <div
              key={row.label}
              className={cn(
                'flex items-baseline gap-2 py-[3px] text-[13px]',
                !row.strong && 'text-muted-foreground',
              )}
            >
              <span className="flex w-3.5 shrink-0 justify-center self-start pt-[5px]">
                {row.colour && row.shape && <Swatch colour={row.colour} shape={row.shape} />}
              </span>
              <span className="min-w-0 flex-1 break-words">{row.label}</span>
              <span className={cn('tabular', row.strong && 'font-medium')}>{row.value}</span>
            </div>
          ))}
        </Group>
      ))}
      {hoverMs === null && (
        <p className="mt-4 border-t pt-3 text-xs text-muted-foreground">{t('charts.readingHint')}</p>
      )}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-3 border-t pt-2.5">
      <h4 className="mb-1 text-xs font-medium text-muted-foreground">{title}</h4>
      {children}
    </section>
  );
}

function latestWithData(model: ChartModel): number {
  return model.table.all.at(-1)?.toMs ?? model.endMs;
}

/** The rows of the charts of protocols, of those that are drawn. */
function protocolGroups(
  span: ProtocolSpan | null,
  t: Words,
  locale: Locale,
  legends: readonly LegendItem[],
): { key: ChartKey; title: string; rows: Row[] }[] {
  if (!span) return [];
  const { column, streams, sessions } = span;
  const perSecond = (count = 0): string =>
    formatRate((1000 * count) / Math.max(1, span.toMs - span.fromMs), locale);
  const row = (key: string, value: string, strong = false): Row[] => {
    const item = legends.find((legend) => legend.key === key);
    return item ? [{ label: item.label, value, colour: item.colour, shape: item.shape, strong }] : [];
  };
  const groups: [ProtocolChart, Row[]][] = [
    [
      'statuses',
      Object.entries(column?.statuses ?? {}).flatMap(([name, n]) => row(`grpc-${name}`, perSecond(n))),
    ],
    ['kinds', requestKinds.flatMap((kind) => row(`kind-${kind}`, perSecond(column?.kinds[kind]?.count)))],
    [
      'kindLatency',
      requestKinds.flatMap((kind) =>
        row(`p95-${kind}`, formatMs(quantileMs(column?.kinds[kind] ?? null, 0.95), locale)),
      ),
    ],
    ...drawnTimes.map((time): [ProtocolChart, Row[]] => [
      time,
      ([0.5, 0.95] as const).flatMap((q) =>
        row(`${time}-p${q * 100}`, formatMs(quantileMs(column?.times[time] ?? null, q), locale), q === 0.95),
      ),
    ]),
    [
      'open',
      [
        ...row('open-streams', formatNumber(streams, locale), true),
        ...row('open-sessions', formatNumber(sessions, locale), true),
      ],
    ],
    [
      'messages',
      [
        ...row('messages-received', perSecond(column?.counts.messagesReceived), true),
        ...row('messages-sent', perSecond(column?.counts.messagesSent)),
      ],
    ],
    ['tokens', row('tokens-output', perSecond(column?.counts.outputTokens), true)],
  ];
  return groups.flatMap(([key, rows]) =>
    rows.length === 0 ? [] : [{ key, title: t(`charts.protocol.${key}.title`), rows }],
  );
}

function groupsOf(
  reading: Reading,
  t: Words,
  locale: Locale,
  legends: readonly LegendItem[],
): { key: ChartKey; title: string; rows: Row[] }[] {
  const look = (key: string): Pick<LegendItem, 'colour' | 'shape'> | object => {
    const item = legends.find((legend) => legend.key === key);
    return item ? { colour: item.colour, shape: item.shape } : {};
  };
  const number = (value: number | null | undefined): string =>
    formatNumber(value, locale, value !== null && value !== undefined && !Number.isInteger(value) ? 1 : 0);
  const {
    requests,
    latency,
    pods,
    revisions,
    decision,
    concurrency,
    usage,
    averages,
    theirDesired,
    activator,
  } = reading;
  const hundredths = (value: number | null): string => formatNumber(value, locale, 2);
  const limits = (axis: LoadAxis): Row[] =>
    reading.limitAxis === axis
      ? [
          { label: t('charts.target'), value: number(reading.target), ...look('target') },
          { label: t('charts.panic'), value: number(reading.panic), ...look('panic') },
        ]
      : [];
  const used = (value: number): string => `${number(value)} ${usage?.metric === 'cpu' ? '%' : 'MiB'}`;
  const split = concurrency !== null && concurrency.waiting !== null;
  return [
    {
      key: 'requests',
      title: `${t('charts.requests', { unit: reading.unit })} ${t('columns.perSecond')}`,
      rows: [
        ...(requests && requests.byStatus.length > 0
          ? requests.byStatus.map(([name, rate], i): Row => ({
              label: t(`charts.status.${name}`, { unit: reading.unit }),
              value: formatRate(rate, locale),
              strong: i === 0,
              ...look(name),
            }))
          : [
              {
                label: t('charts.status.2xx', { unit: reading.unit }),
                value: formatRate(requests?.rate, locale),
                strong: true,
                ...look('2xx'),
              },
            ]),
        ...limits('rps'),
      ],
    },
    {
      key: 'latency',
      title: t('charts.latency'),
      rows: [
        { label: 'p50', value: formatMs(latency?.p50Ms, locale), ...look('p50') },
        { label: 'p95', value: formatMs(latency?.p95Ms, locale), strong: true, ...look('p95') },
        { label: 'p99', value: formatMs(latency?.p99Ms, locale), ...look('p99') },
      ],
    },
    ...protocolGroups(reading.protocol, t, locale, legends),
    {
      key: 'pods',
      title: t('charts.pods'),
      rows: [
        { label: t('charts.desired'), value: number(decision?.replicas), strong: true, ...look('desired') },
        ...(theirDesired === null
          ? []
          : [{ label: t('charts.theirDesired'), value: number(theirDesired), ...look('their-desired') }]),
        { label: t('charts.phases.ready'), value: number(pods?.ready), strong: true, ...look('ready') },
        ...(revisions.length > 1
          ? revisions.map(({ revision, ready }, i) => ({
              label: t('charts.readyOf', { revision }),
              value: number(ready),
              ...look(`ready ${i}`),
            }))
          : []),
        { label: t('charts.phases.starting'), value: number(pods?.starting), ...look('starting') },
        { label: t('charts.phases.pending'), value: number(pods?.pending), ...look('pending') },
        {
          label: t('charts.phases.terminating'),
          value: number(pods?.terminating),
          ...look('terminating'),
        },
      ],
    },
    ...(usage
      ? [
          {
            key: 'usage' as const,
            title: t(`charts.usage.${usage.metric}`),
            rows: [
              {
                label: t('charts.usage.mean'),
                value: used(usage.mean),
                strong: true,
                ...look('usage'),
              },
              { label: t('charts.usage.most'), value: used(usage.most), ...look('usage-most') },
              { label: t('charts.usage.target'), value: used(usage.target), ...look('usage-target') },
            ],
          },
        ]
      : []),
    {
      key: 'concurrency',
      title: t('charts.concurrency'),
      rows: [
        ...(split
          ? [
              {
                label: t('charts.active'),
                value: number(concurrency.active),
                strong: true,
                ...look('active'),
              },
              { label: t('charts.waiting'), value: number(concurrency.waiting), ...look('waiting') },
            ]
          : [
              {
                label: t('charts.total'),
                value: number(concurrency?.total),
                strong: true,
                ...look('active'),
              },
            ]),
        ...(revisions.length > 1
          ? revisions.flatMap(({ revision, inFlight }, i): Row[] =>
              inFlight === null
                ? []
                : [
                    {
                      label: t('charts.inFlightOf', { revision }),
                      value: number(inFlight),
                      ...look(`in flight ${i}`),
                    },
                  ],
            )
          : []),
        ...(activator === null
          ? []
          : [{ label: t('charts.activator'), value: number(activator), ...look('activator') }]),
        ...limits('concurrency'),
      ],
    },
    ...(averages
      ? [
          {
            key: 'averages' as const,
            title: t('charts.averages.title'),
            rows: [
              {
                label: t('charts.averages.ownStable'),
                value: hundredths(averages.ownStable),
                ...look('own-stable'),
              },
              {
                label: t('charts.averages.theirStable'),
                value: hundredths(averages.theirStable),
                ...look('their-stable'),
              },
              {
                label: t('charts.averages.ownPanic'),
                value: hundredths(averages.ownPanic),
                ...look('own-panic'),
              },
              {
                label: t('charts.averages.theirPanic'),
                value: hundredths(averages.theirPanic),
                ...look('their-panic'),
              },
            ],
          },
        ]
      : []),
  ];
}
