import { type ClusterReport, clusterReportSchema, type NewClusterReport } from '@/lib/model/cluster-report';

/** A report as its row. */
export function reportRow(runId: string, { kind, atMs, serverAtMs, ...data }: NewClusterReport) {
  return { runId, kind, atMs, serverAtMs, dataJson: JSON.stringify(data) };
}

/** The report of a row. */
export function reportOf({
  dataJson,
  ...row
}: {
  id: number;
  atMs: number;
  serverAtMs: number | null;
  kind: string;
  dataJson: string;
}): ClusterReport {
  return clusterReportSchema.parse({ ...(JSON.parse(dataJson) as object), ...row });
}
