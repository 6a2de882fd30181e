import { type SweepGrid, type SweepPoint, type WhatIfSettings } from '@/lib/whatif';
import { sweepLineSchema, type WhatIfResult, whatIfResultSchema } from '@/lib/whatif/shapes';
import { ApiProblem, problemOf, sendJson } from './http';

/** Where a what-if's demand comes from: a run, or a file with what is known of its service. */
export type WhatIfSource = { kind: 'run'; id: string } | { kind: 'file'; demand: FileDemand };

/** A demand of the user's own, as `POST /api/what-if` takes it. */
export interface FileDemand {
  format: 'csv' | 'prometheus';
  text: string;
  kind: 'closed' | 'open';
  annotations: Record<string, string>;
  containerConcurrency: number;
  serviceTimeMs: number;
  podStartMs: number;
  startPods: number;
}

/** Replays a demand through its own and a changed configuration. Throws ApiProblem. */
export async function askWhatIf(
  source: WhatIfSource,
  settings: WhatIfSettings,
  signal: AbortSignal,
): Promise<WhatIfResult> {
  const { path, body } = requestOf(source);
  return sendJson('POST', path, { ...body, settings }, whatIfResultSchema, signal);
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
  const { path, body } = requestOf(source);
  const response = await fetch(source.kind === 'run' ? `/api/runs/${source.id}/sweep` : `${path}/sweep`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, settings, grid }),
    signal,
  });
  if (!response.ok || !response.body)
    throw problemOf(response.status, await response.json().catch(() => undefined));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let done = false;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const lines = (rest + chunk.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((text) => text !== '')) {
      const parsed = sweepLineSchema.parse(JSON.parse(line));
      if ('points' in parsed) onPoints(parsed.points);
      if ('error' in parsed) throw problemOf(500, { title: '', status: 500, detail: parsed.error });
      done ||= 'done' in parsed;
    }
  }
  if (!done) throw new ApiProblem(0, '', '');
}

function requestOf(source: WhatIfSource): { path: string; body: object } {
  return source.kind === 'run'
    ? { path: `/api/runs/${source.id}/what-if`, body: {} }
    : { path: '/api/what-if', body: source.demand };
}
