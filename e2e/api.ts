import { readFileSync } from 'node:fs';
import { expect, type APIRequestContext } from '@playwright/test';
import { z } from 'zod';
import { apiClient, type ApiClient } from '@/lib/api/client';
import { recordingSchema, type Recording } from '@/lib/model/recording';
import { endedStates, type Run } from '@/lib/model/run';

/** The API as a story's own browser or program asks it: with its cookies and tokens. */
export function apiOf(request: APIRequestContext): ApiClient {
  return apiClient({
    async fetch(address, { method, headers, body }) {
      const answer = await request.fetch(address, {
        method: method!,
        headers: headers as Record<string, string>,
        ...(typeof body === 'string' ? { data: body } : {}),
      });
      const status = answer.status();
      return new Response(status === 204 ? null : new Uint8Array(await answer.body()), {
        status,
        headers: answer.headers(),
      });
    },
  });
}

/** Applies the tutorial's service, as the page does; under another name it is one that no test has scaled yet. */
export async function applyTutorial(
  request: APIRequestContext,
  name = 'helloworld-go',
  { readyAfterSeconds = 0 } = {},
): Promise<string> {
  const probe = `          readinessProbe:
            initialDelaySeconds: ${readyAfterSeconds}
            tcpSocket: {}
`;
  const yaml =
    readFileSync('deploy/helloworld-go.yaml', 'utf8').replace('name: helloworld-go', `name: ${name}`) +
    (readyAfterSeconds > 0 ? probe : '');
  return (await apiOf(request)('POST /api/services/apply', { body: { yaml } })).service.id;
}

/** Starts the tutorial's load, small. */
export async function startTutorial(
  request: APIRequestContext,
  serviceId: string,
  requests: number,
): Promise<Run> {
  const body = {
    serviceId,
    scriptName: 'tutorial',
    env: { REQUESTS: `${requests}`, VUS: '50' },
    tags: ['e2e'],
  };
  return (await apiOf(request)('POST /api/runs', { body })).run;
}

/** Waits for a run's end. */
export async function untilEnded(request: APIRequestContext, id: string): Promise<Run> {
  let run: Run | null = null;
  await expect
    .poll(
      async () => {
        ({ run } = await apiOf(request)('GET /api/runs/{id}', { params: { id } }));
        return endedStates.includes(run.state);
      },
      { timeout: 90_000, intervals: [500] },
    )
    .toBe(true);
  return run!;
}

/** Deletes the runs that an earlier try of the same story left behind, by the list's own filter (`service=NAME`; all, by none). */
export async function deleteRuns(request: APIRequestContext, search = ''): Promise<void> {
  const api = apiOf(request);
  const query = Object.fromEntries(new URLSearchParams(search));
  const { runs } = await api('GET /api/runs', { query });
  for (const { id, state } of runs) if (!endedStates.includes(state)) await untilEnded(request, id);
  if (runs.length > 0) await api('POST /api/runs/delete', { body: { ids: runs.map(({ id }) => id) } });
}

/** What is recorded of a run so far. */
export async function recordingOf(request: APIRequestContext, id: string): Promise<Recording> {
  return z
    .looseObject({ recording: recordingSchema })
    .parse(await (await request.get(`/api/runs/${id}/recording`)).json()).recording;
}
