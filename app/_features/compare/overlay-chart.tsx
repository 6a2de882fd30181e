'use client';

import '@/app/_ui/charts/register';
import { type Chart as ChartInstance, type ChartData, type ChartOptions } from 'chart.js';
import { useEffect, useMemo, useRef } from 'react';
import { Chart } from 'react-chartjs-2';
import { type TimeRange } from '@/app/_ui/charts/model';
import { runClock } from '@/app/_ui/charts/clock';
import { chartOptions } from '@/app/_ui/charts/options';
import { type Datasets } from '@/app/_ui/charts/series';
import { type ChartTheme } from '@/app/_ui/charts/theme';

export interface Overlay {
  key: string;
  title: string;
  unit: string;
  height: number;
  datasets: Datasets;
  y: { tick: (value: number) => string; whole?: boolean; suggestedMax?: number; stacked: boolean };
}

/** One chart over the shared time axis. */
export function OverlayChart({
  overlay,
  theme,
  range,
  onZoom,
}: {
  overlay: Overlay;
  theme: ChartTheme;
  range: TimeRange;
  onZoom: (fromMs: number, toMs: number) => void;
}) {
  const chart = useRef<ChartInstance | null>(null);
  const { title, unit, height, datasets, y } = overlay;
  const options = useMemo<ChartOptions>(
    () => chartOptions({ key: overlay.key, y }, theme, onZoom, () => runClock),
    [overlay.key, y, theme, onZoom],
  );
  const data = useMemo(() => ({ datasets }) as unknown as ChartData, [datasets]);
  useEffect(() => {
    const { current } = chart;
    const { x } = current?.options.scales ?? {};
    if (!current || !x) return;
    Object.assign(x, { min: range.fromMs, max: range.toMs });
    current.update('none');
  }, [range, options, data]);
  return (
    <div style={{ height }}>
      <Chart ref={chart} type="line" data={data} options={options} aria-label={`${title}, ${unit}`} />
    </div>
  );
}
