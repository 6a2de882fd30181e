'use client';

import { useWords } from '@/app/_ui/words/provider';
import { type CodeProblem } from './code-editor';

/** What is wrong in a text, each with a link that leads to its place in the editor. */
export function EditorProblems({
  problems,
  onJump,
}: {
  problems: readonly CodeProblem[];
  onJump: (problem: CodeProblem) => void;
}) {
  const t = useWords();
  if (problems.length === 0) return null;
  return (
    <ul
      role="alert"
      data-editor-problems
      className="space-y-1 rounded-lg border border-danger/30 bg-danger-soft px-3.5 py-2 text-xs"
    >
      {problems.map((problem) => (
        <li
          key={`${problem.file ?? ''}:${problem.line}:${problem.column}:${problem.message}`}
          className="break-words"
        >
          {problem.file !== undefined && <span className="mr-2 font-mono break-all">{problem.file}</span>}
          {problem.line !== null && (
            <button
              type="button"
              className="mr-2 font-semibold text-danger underline underline-offset-2"
              onClick={() => onJump(problem)}
            >
              {/* Columns count from 1: 0 is none. */}
              {problem.column
                ? t('editor.lineColumn', { line: problem.line, column: problem.column })
                : t('editor.line', { line: problem.line })}
            </button>
          )}
          <span className="font-mono whitespace-pre-wrap">{problem.message}</span>
        </li>
      ))}
    </ul>
  );
}
