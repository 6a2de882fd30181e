/**
 * `npm run chaos`: kills each of Scaletrace's processes in turn, at random moments of a real run, and holds after each what
 * is promised: no acknowledged push is lost, nothing is left running, the database is whole, the run ends in a clear state.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { command } from '@/lib/environment/arguments';
import { runProgram } from '@/scripts/processes';
import { generator } from '@/scripts/random';
import { kill, Site, targets, until, type Target } from './site';

const loadSeconds = 5;
/** From a run's beginning to its end, its pods' last seconds included. */
const runMs = loadSeconds * 1000 + 4500;
const startingMs = 2500;
const endsWithinMs = 45_000;

const whole = (least: number, what: string) =>
  z.coerce.number<string>({ error: what }).int(what).min(least, what);
const program = command(
  {
    options: z.object({
      kills: whole(1, 'a number of kills.').default(50).meta({ value: 'N', description: 'how many (50)' }),
      minutes: z.coerce
        .number<string>({ error: 'a number of minutes.' })
        .positive('a number of minutes.')
        .default(15)
        .meta({ value: 'M', description: 'ends after so long, whatever was killed by then (15)' }),
      seed: whole(0, 'a whole number.')
        .optional()
        .meta({ value: 'S', description: 'the same moments again (a new one)' }),
    }),
  },
  async ({ options }) => {
    const seed = options.seed ?? Math.floor(Math.random() * 1e6);
    console.log(`chaos: seed ${seed}, up to ${options.kills} kills in ${options.minutes} min`);
    const random = generator(seed);
    const endAtMs = Date.now() + options.minutes * 60_000;
    const opened = await Site.open(folder);
    site = opened;
    let passed = 0;
    let failed = 0;
    let acknowledged = 0;
    for (let i = 0; i < options.kills && Date.now() < endAtMs; i++) {
      const target = targets[i % targets.length]!;
      const outcome = await killOnce(opened, target, random);
      acknowledged += outcome.acknowledged;
      if (outcome.problems.length === 0) passed++;
      else failed++;
      console.log(
        `${outcome.problems.length === 0 ? '✓' : '✗'} ${i + 1} ${target}: ${outcome.said}${outcome.problems.map((problem) => `\n    ${problem}`).join('')}`,
      );
    }
    console.log(
      `\n${passed + failed} kills, ${acknowledged} pushes acknowledged; seed ${seed}\n\n${passed} passed, ${failed} failed`,
    );
    // Where nothing was acknowledged, nothing could be lost: that is no proof.
    if (acknowledged === 0) console.log('✗ no push was acknowledged in any run');
    return failed === 0 && acknowledged > 0 ? 0 : 1;
  },
);

interface Outcome {
  said: string;
  acknowledged: number;
  problems: string[];
}

/** A run, one kill while it lasts, what was killed started again, and all that has to hold then. */
async function killOnce(site: Site, target: Target, random: () => number): Promise<Outcome> {
  const problems: string[] = [];
  let said = '';
  let id: string | null = null;
  const holds = async (what: string, check: () => Promise<void> | void): Promise<void> => {
    try {
      await check();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const share = random();
  await holds('the run starts', async () => {
    id = await site.startRun(loadSeconds);
  });
  const startedMs = Date.now();
  await holds('there is something to kill', async () => {
    if (target === 'k6' || target === 'guard' || target === 'pod') {
      await until(`a ${target}`, runMs, () => site.processOf(target, id, random));
      await pause(share * (loadSeconds * 1000 - 500));
    } else await pause(share * runMs);
    const victim = await until(`a ${target}`, 1000, () => site.processOf(target, id, random));
    kill(victim.pid);
    said = `after ${((Date.now() - startedMs) / 1000).toFixed(2)} s`;
    // Its launcher follows a moment later, and one that was killed may not be gone at once: until then it would pass for a
    // part that is there.
    const part = target === 'lab' ? 'lab' : /dashboard$/.test(target) ? 'dashboard' : null;
    const launcherEnds = async (): Promise<void> => {
      await until('its launcher to end', 10_000, () =>
        part ? !site.isLaunched(part) : !site.isLauncher(victim.pid),
      );
    };
    await launcherEnds();
    await site.settled();
    if (target !== 'starting dashboard') return;
    // Once more, while it puts in order what the first kill left.
    site.launch('dashboard');
    const startMs = random() * startingMs;
    const starting = await until('a dashboard', endsWithinMs, () => site.processOf('dashboard', id, random));
    await pause(startMs);
    kill(starting.pid);
    said += ` and ${(startMs / 1000).toFixed(2)} s after its start`;
    await launcherEnds();
    await site.settled();
  });
  await holds('what was killed starts again', () => site.start());
  await holds('the run ends in a clear state', async () => {
    if (id === null) return;
    const run = await site.ended(id, endsWithinMs);
    said += `, ${run.state}${run.stateReason === null ? '' : ` (${run.stateReason})`}, ${site.pushes.said(run.id)}`;
    if (run.state !== 'finished' && run.stateReason === null)
      throw new Error(`${run.state} without a reason`);
    const recording = await site.recordingOf(run.id);
    const open = recording.gaps.filter(({ toMs }) => toMs === null);
    if (open.length > 0) problems.push(`gaps that never end: ${open.map(({ what }) => what).join(', ')}`);
    problems.push(...site.pushes.missing(run.id, run.state, recording));
  });
  await holds('nothing of it runs on', () =>
    until(
      'k6 and its guard to end',
      5000,
      () => site.loads().length === 0 && site.orphans().length === 0,
    ).then(() => undefined),
  );
  const integrity = site.integrity();
  if (integrity !== 'ok') problems.push(`the database: ${integrity}`);
  return { said, acknowledged: id === null ? 0 : site.pushes.acknowledged(id), problems };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-chaos-'));
let site: Site | null = null;
await runProgram(
  async () => {
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  },
  () =>
    program.start(
      { name: 'npm run chaos --', summary: 'kills each process at random moments of real runs' },
      process.argv.slice(2),
    ),
  () => 130,
);
