/** Ready pods over a run as a stepped area; nothing for a run without pods. */
export function PodsSparkline({
  values,
  label,
  width = 96,
  height = 22,
}: {
  values: readonly number[];
  label: string;
  width?: number;
  height?: number;
}) {
  const most = Math.max(...values, 0);
  if (values.length === 0 || most === 0) return <span className="text-muted-foreground">–</span>;
  const step = width / values.length;
  const y = (value: number): number => height - 1.5 - (value / most) * (height - 4);
  const line = values
    .map(
      (value, i) =>
        `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${y(value).toFixed(1)}H${((i + 1) * step).toFixed(1)}`,
    )
    .join('');
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="inline-block align-middle text-data-ready"
    >
      <path d={`${line}V${height}H0Z`} fill="currentColor" opacity="0.16" />
      <path d={line} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" />
    </svg>
  );
}
