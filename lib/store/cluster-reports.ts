import { type ClusterReport, clusterReportSchema, type NewClusterReport } from '@/lib/model/cluster-report';

/** A report as its row. */
export function reportRow(runId: string, { kind, atMs, serverAtMs, ...data }: NewClusterReport) {
  return { runId, kind, atMs, serverAtMs, dataJson: JSON.stringify(data) };
}

/** The report of a row, whose data is what its JSON says. */
export function reportOf({
  data,
  ...row
}: {
  id: number;
  atMs: number;
  serverAtMs: number | null;
  kind: string;
  data: object;
}): ClusterReport {
  return clusterReportSchema.parse({ ...data, ...row });
}
