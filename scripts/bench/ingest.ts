import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newSecret } from '@/lib/access/secret';
import { answerBy } from '@/lib/api/direct';
import { answerPush } from '@/lib/api/ingest';
import { steadyNow } from '@/lib/environment/steady-clock';
import { createLoadIngest } from '@/lib/loadgen/load-ingest';
import { madeDurations, madePush, madeRequests } from '@/lib/loadgen/made-push';
import { Boards } from '@/lib/runs/boards';
import { localEngine } from '@/lib/runs/check-script';
import { Intake } from '@/lib/runs/intake';
import { RunManager } from '@/lib/runs/manager';
import { Recorder } from '@/lib/runs/recorder';
import { recordingOf, setRecording } from '@/lib/runs/recording';
import { getStore } from '@/lib/store/client';
import { leadRun } from '@/lib/store/lead-run';
import { insertRun } from '@/lib/store/runs';
import { registerShop } from './recorded-hour';

const [seconds, series] = [10, 200];
/** As many requests of each series a second and runner. */
const requests = 20;

/**
 * Runners that push at once, each once a second, to the ingest route of one process with its database: what that costs the
 * process (their own sending included), how long an answer takes, and whether all that was sent is stored.
 */
export async function runBench(args: string[]): Promise<void> {
  const counts = args.length > 0 ? args.map(Number) : [1, 10, 50];
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-bench-'));
  process.env.SCALETRACE_DIR = folder;
  try {
    console.log(
      `${series} series a runner and second, ${seconds} s\n\n| runners | CPU a push | of one core, at a push a second and runner | answer, median | answer, slowest | resident memory | stored of what was sent |\n| --- | --- | --- | --- | --- | --- | --- |`,
    );
    for (const count of counts) console.log(await measure(count));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(runners: number): Promise<string> {
  const store = await getStore();
  const manager = new RunManager(store, localEngine());
  setRecording(recordingOf(manager, new Boards(store)));
  const [id, { secret, hash }] = [randomUUID(), newSecret()];
  await insertRun(store, {
    id,
    ingestSecretHash: hash,
    createdAtMs: Date.now(),
    run: {
      name: 'ingest',
      service: await registerShop(`shop-${runners}`),
      scriptName: 'soak',
      scriptText: '',
      env: {},
      options: {},
      tags: [],
    },
  });
  const zeroMs = steadyNow();
  await leadRun(store, id, 'running', { originMs: Date.now(), loadStartMs: 0 });
  const recorder = new Recorder(
    store,
    id,
    Date.now(),
    (error) => {
      throw error;
    },
    { zeroMs },
  );
  const intake = new Intake(recorder, createLoadIngest({ runners }));
  const detach = manager.attach(id, intake);
  const server = createServer((request, response) => void answerBy(answerPush, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/ingest/${id}`;
  // Made before: to make them is not what is measured.
  const bodies = Array.from({ length: seconds }, (_, s) => bodyOf((s + 1) * requests));
  const answersMs: number[] = [];
  const cpu = process.cpuUsage();
  const startMs = steadyNow();
  await Promise.all(
    Array.from({ length: runners }, async (_, i) => {
      for (const [s, body] of bodies.entries()) {
        await pause(Math.max(0, startMs + (s + i / runners) * 1000 - steadyNow()));
        const askedMs = steadyNow();
        const { status } = await fetch(`${url}?runner=${i + 1}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secret}` },
          body: Buffer.from(body),
        });
        if (status !== 204) throw new Error(`the ingest route answered ${status}`);
        answersMs.push(steadyNow() - askedMs);
      }
    }),
  );
  intake.finish();
  await recorder.flush();
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000 / (runners * seconds);
  detach();
  server.close().closeAllConnections();
  const stored = await store.metricPoint.aggregate({
    where: { runId: id, series: { metric: 'http_reqs' } },
    _sum: { value: true },
  });
  answersMs.sort((a, b) => a - b);
  const sent = (runners * seconds * requests * series) / 2;
  return `| ${runners} | ${cpuMs.toFixed(1)} ms | ${((cpuMs * runners) / 10).toFixed(0)} % | ${answersMs[Math.floor(answersMs.length / 2)]!.toFixed(1)} ms | ${answersMs.at(-1)!.toFixed(0)} ms | ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB | ${stored._sum.value ?? 0} of ${sent} |`;
}

/** Half of the series count requests, the others have their durations. */
function bodyOf(total: number): Uint8Array {
  return madePush(
    Array.from({ length: series / 2 }, (_, i) => {
      const tags = { name: `/page/${i}`, status: '200', scenario: 'browse' };
      return [madeRequests(total, tags), madeDurations(total, total, tags)];
    }).flat(),
  );
}
