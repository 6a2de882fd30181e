/**
 * `npx tsx scripts/record-thresholds.ts [NAME…]`: the recordings in testdata/thresholds, made anew by the real k6: of its
 * scripts and, shortened, of those that ship; those named, or all.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { runThresholds } from '@/lib/loadgen/fake-threshold-run';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { type ScriptSource } from '@/lib/loadgen/script-folder';
import { listShippedScripts } from '@/lib/loadgen/scripts';

const folder = join(projectRoot(), 'testdata', 'thresholds');

/** The scripts that ship, short enough. The target speaks neither gRPC nor WebSocket, so checks of these fail. */
const shortened: Record<string, Record<string, string>> = {
  tutorial: { REQUESTS: '200', VUS: '4' },
  'scale-from-zero': { BURSTS: '2', VUS: '3', IDLE: '1', COLD_MS: '4' },
  ramp: { RATE: '40', RAMP: '1s', HOLD: '1s', VUS: '20', P95_MS: '3' },
  spike: {
    BASE_RATE: '10',
    SPIKE_RATE: '60',
    BASE: '1s',
    SPIKE: '2s',
    RECOVER: '1s',
    VUS: '20',
    SPIKE_P95_MS: '20',
  },
  'constant-arrival-rate': { RATE: '40', DURATION: '3s', VUS: '20', P95_MS: '20' },
  'capacity-search': { START_RATE: '20', STEP_RATE: '400', STEPS: '3', STEP: '4', P95_MS: '50', VUS: '2' },
  soak: { VUS: '3', DURATION: '3s', PAUSE: '0.05', P95_MS: '4' },
  grpc: { VUS: '1', STREAMS: '0', DURATION: '2s', TIMEOUT: '1s' },
  'grpc-proto': { VUS: '1', DURATION: '2s', TIMEOUT: '1s' },
  websocket: { VUS: '1', DURATION: '2s', SESSION: '500ms' },
  llm: { VUS: '2', DURATION: '2s' },
};

const made = readdirSync(folder).filter((file) => file.endsWith('.js'));
const cases: { name: string; script: ScriptSource; env?: Record<string, string> }[] = [
  ...made.map((file) => ({
    name: basename(file, '.js'),
    script: { scriptText: readFileSync(join(folder, file), 'utf8') },
  })),
  ...(await listShippedScripts()).map(({ name, body, entry, files }) => ({
    name,
    script: {
      scriptText: body,
      entry,
      files: files.map(({ path, text }) => ({ path, content: text ?? '' })),
    },
    env: shortened[name],
  })),
];
const asked = process.argv.slice(2);
const { path } = await findK6({ stateDir: stateDirectory() });
for (const { name, script, env } of cases) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const run = await runThresholds(path, script, env);
  writeFileSync(join(folder, `${name}.json.gz`), gzipSync(JSON.stringify(run), { level: 9 }));
  console.log(`${name}: ${run.pushes.length} pushes`);
}
