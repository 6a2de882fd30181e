import { readFileSync } from 'node:fs';
import { expect, type APIRequestContext } from '@playwright/test';
import { z } from 'zod';
import { endedStates, runSchema, serviceSchema, type Run } from '@/lib/model/run';

/** Applies the tutorial's service, as the page does; under another name it is one that no test has scaled yet. */
export async function applyTutorial(request: APIRequestContext, name = 'helloworld-go'): Promise<string> {
  const yaml = readFileSync('deploy/helloworld-go.yaml', 'utf8').replace(
    'name: helloworld-go',
    `name: ${name}`,
  );
  const answer = await request.post('/api/services/apply', { data: { yaml } });
  expect(answer.status(), await answer.text()).toBe(200);
  return z.object({ service: serviceSchema }).parse(await answer.json()).service.id;
}

/** Starts the tutorial's load, small. */
export async function startTutorial(
  request: APIRequestContext,
  serviceId: string,
  requests: number,
): Promise<Run> {
  const answer = await request.post('/api/runs', {
    data: { serviceId, scriptName: 'tutorial', env: { REQUESTS: `${requests}`, VUS: '50' }, tags: ['e2e'] },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return z.object({ run: runSchema }).parse(await answer.json()).run;
}

/** Waits for a run's end. */
export async function untilEnded(request: APIRequestContext, id: string): Promise<Run> {
  let run: Run | null = null;
  await expect
    .poll(
      async () => {
        run = z.object({ run: runSchema }).parse(await (await request.get(`/api/runs/${id}`)).json()).run;
        return endedStates.includes(run.state);
      },
      { timeout: 90_000, intervals: [500] },
    )
    .toBe(true);
  return run!;
}
