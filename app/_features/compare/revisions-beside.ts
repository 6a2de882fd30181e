import { type ComparedRun } from '@/lib/comparing/comparison';

/**
 * Which revision of each run stands beside which of the others: those of one name where all runs had the same ones, else
 * the first that came beside the first. Null: fewer than two runs had several.
 */
export function revisionsBeside(runs: readonly Pick<ComparedRun, 'revisions'>[]): (string | null)[][] | null {
  const names = runs.map(({ revisions }) => revisions.map(({ revision }) => revision));
  if (names.filter((own) => own.length > 1).length < 2) return null;
  const [first = []] = names;
  const isSame = names.every((own) => own.toSorted().join(' ') === first.toSorted().join(' '));
  const most = Math.max(...names.map((own) => own.length));
  return Array.from({ length: most }, (_, i) =>
    names.map((own) => (isSame ? (first[i] ?? null) : (own[i] ?? null))),
  );
}
