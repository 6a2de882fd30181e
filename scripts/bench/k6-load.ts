import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { k6Environment } from '@/lib/loadgen/k6-environment';
import { environmentWith } from '@/lib/environment/environment';
import { stateDirectory } from '@/lib/environment/paths';

const trend = z.looseObject({ min: z.number(), 'p(50)': z.number(), 'p(99)': z.number() });
const summarySchema = z.looseObject({
  metrics: z.looseObject({
    http_reqs: z.looseObject({ count: z.number(), rate: z.number() }),
    http_req_duration: trend,
    http_req_failed: z.looseObject({ passes: z.number() }),
  }),
});

export interface LoadResult {
  requests: number;
  failures: number;
  perSecond: number;
  minMs: number;
  p50Ms: number;
  p99Ms: number;
}

const script = `
import http from 'k6/http';
const targets = __ENV.TARGETS.split(',');
export const options = { discardResponseBodies: true, scenarios: { load: { executor: 'shared-iterations', vus: Number(__ENV.VUS), iterations: Number(__ENV.REQUESTS), maxDuration: '5m' } } };
export default function () { http.get(targets[(__VU - 1) % targets.length], { headers: { Host: __ENV.HOST } }); }
`;

/** A `k6 run`, collecting garbage as the dashboard's do, of one GET after another, virtual users spread over the targets. */
export async function bareLoad(options: {
  targets: string[];
  host: string;
  vus: number;
  requests: number;
}): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-bench-'));
  const k6 = await findK6({ stateDir: stateDirectory() });
  try {
    writeFileSync(join(folder, 'script.js'), script);
    const args = [
      'run',
      '--quiet',
      '--no-usage-report',
      '--address',
      '',
      '--summary-export',
      'summary.json',
      '--summary-trend-stats',
      'min,p(50),p(99)',
      '-e',
      `TARGETS=${options.targets.join(',')}`,
      '-e',
      `HOST=${options.host}`,
      '-e',
      `VUS=${options.vus}`,
      '-e',
      `REQUESTS=${options.requests}`,
      'script.js',
    ];
    await new Promise<void>((resolve, reject) => {
      const child = spawn(k6.path, args, {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: environmentWith(k6Environment({})),
      });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`k6 ended with code ${code}`))));
    });
    const { metrics } = summarySchema.parse(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')));
    return {
      requests: metrics.http_reqs.count,
      failures: metrics.http_req_failed.passes,
      perSecond: metrics.http_reqs.rate,
      minMs: metrics.http_req_duration.min,
      p50Ms: metrics.http_req_duration['p(50)'],
      p99Ms: metrics.http_req_duration['p(99)'],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The middle value; of an even number of values the mean of the middle two. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
