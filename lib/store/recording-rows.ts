import { z } from 'zod';
import {
  type ConcurrencySample,
  concurrencySourceSchema,
  type Decision,
  type DecisionPart,
  decisionPartSchema,
} from '@/lib/model/recording';

/** What of a reading is of each revision, by its name. */
export const byRevisionSchema = z.record(z.string(), z.number());

/** A reading of the concurrency as its row. */
export function concurrencyRow(runId: string, { byRevision, ...sample }: Omit<ConcurrencySample, 'id'>) {
  return { ...sample, runId, ...(byRevision ? { byRevisionJson: JSON.stringify(byRevision) } : {}) };
}

/** The readings of rows; what they say of revisions only where it is of several. */
export function concurrencyOf(
  rows: readonly (Omit<ConcurrencySample, 'source' | 'byRevision'> & {
    source: string;
    byRevisionJson: string | null;
  })[],
): ConcurrencySample[] {
  const samples = rows.map(({ source, byRevisionJson, ...row }) => ({
    ...row,
    source: concurrencySourceSchema.parse(source),
    ...(byRevisionJson === null ? {} : { byRevision: byRevisionSchema.parse(JSON.parse(byRevisionJson)) }),
  }));
  return ofSeveralRevisions(samples);
}

/** Without what is said of revisions, where all of it is of one. */
function ofSeveralRevisions<T extends Pick<ConcurrencySample, 'byRevision'>>(samples: readonly T[]): T[] {
  const names = new Set(samples.flatMap(({ byRevision }) => Object.keys(byRevision ?? {})));
  if (names.size > 1) return [...samples];
  return samples.map((sample) => {
    if (!('byRevision' in sample)) return sample;
    const { byRevision: _one, ...rest } = sample;
    return rest as T;
  });
}

/** A tick's decision as its row. */
export function decisionRow(runId: string, { reason, part, ...decision }: Omit<Decision, 'id'>) {
  return {
    ...decision,
    runId,
    reasonJson: JSON.stringify(reason),
    ...(part ? { partJson: JSON.stringify(part) } : {}),
  };
}

/** What a row's tick decided of one revision; null: of all as one. */
export function partOf({ partJson }: { partJson: string | null }): DecisionPart | null {
  return partJson === null ? null : decisionPartSchema.parse(JSON.parse(partJson));
}

const reasonSchema = z.record(z.string(), z.unknown());

/** The decision of a row. */
export function decisionOfRow({
  reasonJson,
  partJson,
  ...row
}: Omit<Decision, 'reason' | 'part'> & { reasonJson: string; partJson: string | null }): Decision {
  const part = partOf({ partJson });
  return { ...row, reason: reasonSchema.parse(JSON.parse(reasonJson)), ...(part ? { part } : {}) };
}
