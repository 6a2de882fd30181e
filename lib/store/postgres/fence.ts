import { z } from 'zod';

/** This dashboard has been taken for dead, and what it had may be another's: nothing was changed. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** By what a connection's writes are refused once its dashboard is taken for dead. */
export interface Fence {
  dashboardId: string;
  /** Called at the first that is refused. */
  onLost(): void;
}

const dividedByZero = '22012';
const failureSchema = z.object({ cause: z.object({ originalCode: z.string() }) });

/**
 * What fails, and the transaction with it, where the dashboard is none any more; until the transaction's end it is kept one.
 * For the same statement as COMMIT: no time is to lie between.
 */
export function fenceSql({ dashboardId }: Fence): string {
  return `SELECT 1 / count(*) FROM (SELECT 1 FROM "Dashboard" WHERE "id" = '${dashboardId}' FOR KEY SHARE) AS kept; `;
}

/** Whether an adapter's error is that of `fenceSql`. */
export function isFenced(error: unknown): boolean {
  const { data } = failureSchema.safeParse(error);
  return data?.cause.originalCode === dividedByZero;
}
