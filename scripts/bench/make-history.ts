/** The history that `npm run bench -- pages` reads: `RUNS SECONDS REQUESTS`, made in the folder of `SCALETRACE_DIR`. */
import { randomUUID } from 'node:crypto';
import { getStore } from '@/lib/store/client';
import { leadRun } from '@/lib/store/lead-run';
import { insertRun } from '@/lib/store/runs';
import { recordRun, registerShop } from './recorded-hour';

async function fillHistory(count: number): Promise<void> {
  const store = await getStore();
  const scripts = ['tutorial', 'ramp', 'spike', 'soak', 'scale-from-zero'];
  const services = await Promise.all(Array.from({ length: 12 }, (_, i) => registerShop(`shop-${i}`)));
  const startMs = Date.now() - count * 600_000;
  for (let i = 0; i < count; i++) {
    const id = randomUUID();
    const service = services[i % services.length]!;
    const createdAtMs = startMs + i * 600_000;
    const scriptName = scripts[i % scripts.length]!;
    const p95Ms = 40 + (i % 37);
    await insertRun(store, {
      id,
      ingestSecretHash: '',
      createdAtMs,
      run: {
        name: `${scriptName} on ${service.name}`,
        service,
        scriptName,
        scriptText: 'export default function () {}',
        env: {},
        options: {},
        tags: i % 5 === 0 ? ['nightly'] : [],
      },
    });
    await leadRun(store, id, i % 11 === 0 ? 'failed' : 'finished', {
      originMs: createdAtMs,
      loadStartMs: 500,
      loadEndMs: 60_500,
      endedAtMs: createdAtMs + 64_000,
      requests: 100_000 + i,
      failures: i % 13,
      requestsPerSecond: 1600 + (i % 90),
      p50Ms: 28 + (i % 5),
      p90Ms: p95Ms - 3,
      p95Ms,
      p99Ms: p95Ms * 2,
      peakReadyPods: 10 + (i % 4),
      worstLagMs: 900 + (i % 700),
      thresholdsMet: i % 11 !== 0,
      podsSpark: Array.from({ length: 48 }, (_, cell) => (cell + i) % 11),
    });
  }
}

const [runs = 0, seconds = 0, requests = 0] = process.argv.slice(2).map(Number);
await fillHistory(runs);
await recordRun(seconds, requests);
process.exit(0);
