import { protocolsOf } from '@/lib/timeline/protocols';
import { type ImportPreview } from './facts';
import { type ReadFile } from './read-file';

/** What the page shows of a file before it is saved. */
export function previewOf(file: ReadFile): ImportPreview {
  const { figures, collected } = file;
  return {
    format: file.format,
    tool: file.engine,
    toolVersion: file.toolVersion,
    lines: file.lines,
    bytes: file.bytes,
    protocols: protocolsOf(collected?.series ?? []),
    requests: figures.requests ?? 0,
    failures: figures.failures,
    requestsPerSecond: figures.requestsPerSecond,
    startedAtMs: file.startedAtMs,
    spanMs: file.spanMs,
    minMs: file.minMs,
    meanMs: file.meanMs,
    p50Ms: figures.p50Ms,
    p90Ms: figures.p90Ms,
    p95Ms: figures.p95Ms,
    p99Ms: figures.p99Ms,
    maxMs: file.maxMs,
    statuses: file.statuses,
    target: file.target,
    seconds: new Set(collected?.points.map(({ atMs }) => atMs)).size,
    series: collected?.series.length ?? 0,
    thresholds: file.summary.metrics.flatMap(({ metric, thresholds }) =>
      thresholds.map((threshold) => ({ metric, ...threshold })),
    ),
    notes: file.notes,
  };
}
