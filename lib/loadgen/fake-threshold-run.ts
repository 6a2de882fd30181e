import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { runSummarySchema } from '@/lib/model/run';
import { listen, urlOf } from './fake-server';
import { createIngest } from './ingest';
import { inspectScript } from './inspect';
import { startK6 } from './k6-process';
import { unitIn } from './metric-names';
import { type ScriptSource } from './script-folder';

/** What a k6 pushed and what it said of its own thresholds at the end: a judgement to be held against ours. */
export const thresholdRunSchema = z.object({
  scriptText: z.string(),
  /** As `k6 inspect` gave them. */
  options: z.record(z.string(), z.unknown()),
  startedMs: z.number(),
  endedMs: z.number(),
  pushes: z.array(z.object({ atMs: z.number(), base64: z.string() })),
  summary: runSummarySchema,
});
export type ThresholdRun = z.infer<typeof thresholdRunSchema>;

/**
 * Runs a script by a real k6 against a server that answers after `?ms=` (a few, without it), below `/bad` with 503. Throws
 * where k6 ends without a summary.
 */
export async function runThresholds(
  k6Path: string,
  script: ScriptSource,
  env: Record<string, string> = {},
): Promise<ThresholdRun> {
  const workDir = mkdtempSync(join(tmpdir(), 'scaletrace-thresholds-'));
  const pushes: ThresholdRun['pushes'] = [];
  const ingest = createIngest({ script: script.scriptText });
  const target = createServer((request, response) => {
    const ms = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('ms') ?? 5);
    setTimeout(() => response.writeHead(request.url?.startsWith('/bad') ? 503 : 200).end('Hello!'), ms);
  });
  const receiver = createServer((request, response) => {
    void buffer(request).then((body) => {
      const atMs = Date.now();
      ingest.push(body, atMs);
      pushes.push({ atMs, base64: body.toString('base64') });
      response.writeHead(204).end();
    });
  });
  try {
    await Promise.all([listen(target), listen(receiver)]);
    const variables = { TARGET_URL: urlOf(target), HOST: 'hello.example.com', ...env };
    const asked = { k6Path, scriptName: 'test', uncagedAllowed: true, ...script };
    const options = await inspectScript({ ...asked, env: variables });
    const startedMs = Date.now();
    const { exited } = await startK6({
      ...asked,
      workDir,
      options,
      target: { gatewayUrl: urlOf(target), host: 'hello.example.com' },
      env: variables,
      ingestUrl: urlOf(receiver),
      ingestSecret: 'none',
      unitOf: (metric) => unitIn(ingest.metrics, metric),
      onLog: () => undefined,
    });
    const { summary, reason } = await exited;
    if (!summary) throw new Error(`k6 left no summary: ${reason?.code ?? ''}`);
    return {
      scriptText: script.scriptText,
      options,
      startedMs,
      endedMs: Date.now(),
      pushes,
      summary,
    };
  } finally {
    for (const server of [target, receiver]) server.close().closeAllConnections();
    rmSync(workDir, { recursive: true, force: true });
  }
}
