import { type ApiBody } from '@/lib/api/client';
import { ApiProblem } from '@/lib/api/api-problem';
import { type SweepGrid, type SweepPoint, type WhatIfSettings } from '@/lib/whatif';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { api, problemOf } from './api';

/** Where a what-if's demand comes from: a run, or one of its revisions, or a file with what is known of its service. */
export type WhatIfSource =
  { kind: 'run'; id: string; revision: string | null } | { kind: 'file'; demand: FileDemand };

/** A demand of the user's own, as `POST /api/what-if` takes it. */
export type FileDemand = Required<Omit<ApiBody<'POST /api/what-if'>, 'settings'>>;

/** Replays a demand through its own and a changed configuration. Throws ApiProblem. */
export async function askWhatIf(
  source: WhatIfSource,
  settings: WhatIfSettings,
  signal?: AbortSignal,
): Promise<WhatIfResult> {
  const more = signal ? { signal } : {};
  return source.kind === 'run'
    ? api('POST /api/runs/{id}/what-if', {
        params: { id: source.id },
        body: { settings, revision: source.revision },
        ...more,
      })
    : api('POST /api/what-if', { body: { ...source.demand, settings }, ...more });
}

/**
 * Replays a grid of configurations, handing over points as they come. Resolves when all are done, rejects with an
 * ApiProblem, or with an AbortError when `signal` is aborted, which ends the work on the server too.
 */
export async function runSweep(
  source: WhatIfSource,
  settings: WhatIfSettings,
  grid: SweepGrid,
  onPoints: (points: SweepPoint[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const lines =
    source.kind === 'run'
      ? api.lines('POST /api/runs/{id}/sweep', {
          params: { id: source.id },
          body: { settings, grid, revision: source.revision },
          signal,
        })
      : api.lines('POST /api/what-if/sweep', { body: { ...source.demand, settings, grid }, signal });
  for await (const line of lines) {
    if ('points' in line) onPoints(line.points);
    if ('error' in line) {
      const { error: detail, code, data } = line;
      throw problemOf(500, { title: '', status: 500, detail, code, data });
    }
    if ('done' in line) return;
  }
  throw new ApiProblem(0, '', '');
}
