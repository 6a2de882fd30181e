'use client';

import { TriangleAlert } from 'lucide-react';
import { isGone, type ApiProblem } from '@/lib/api/api-problem';
import { type Words } from '@/lib/words/words';
import { useWords } from './words/provider';
import { cn } from './cn';

/** A problem in words that say what to do. */
export function problemWords(problem: ApiProblem, t: Words): string {
  if (isGone(problem)) return t('errors.network');
  if (problem.status === -1) return `${t('errors.unexpected')} ${problem.detail}`.trim();
  return problem.detail || problem.title;
}

/** A problem beside what caused it; errors of single fields that no input shows are listed, once. */
export function ProblemNotice({
  problem,
  shownFields = [],
  className,
}: {
  problem: ApiProblem;
  shownFields?: readonly string[];
  className?: string;
}) {
  const t = useWords();
  const said = problemWords(problem, t);
  const rest = problem.errors.filter(({ path, message }) => !shownFields.includes(path) && message !== said);
  return (
    <div
      role="alert"
      className={cn(
        'flex gap-2.5 rounded-lg border border-danger/30 bg-danger-soft px-3.5 py-2.5 text-sm',
        className,
      )}
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0">
        {problem.title && <p className="font-medium text-danger">{problem.title}</p>}
        <p className="break-words">{said}</p>
        {rest.length > 0 && (
          <ul className="mt-1 space-y-0.5">
            {rest.map((error) => (
              <li key={`${error.path}${error.message}`} className="break-words">
                {error.path && <code className="mr-1.5 font-mono text-xs text-danger">{error.path}</code>}
                {error.message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
