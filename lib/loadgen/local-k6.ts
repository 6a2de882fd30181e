import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { targetUrlOf } from '@/lib/model/target';
import { clearScratch } from '@/lib/environment/scratch';
import { type Engine, type Load, type LoadHandle, type RunningLoad, type Script } from './engine';
import { createLoadIngest } from './load-ingest';
import { unitIn } from './metric-names';
import { inspectScript } from './inspect';
import { findK6, type K6Binary } from './k6-binary';
import { startK6, type K6Start } from './k6-process';
import { startRunners, type LocalRunners } from './local-runners';
import { type ScriptSource } from './script-folder';

/** The k6s, and the folder of their run. */
const handleSchema = z.object({ pids: z.array(z.number()), workDir: z.string() });

const mostChecked = 32;

/** Load by k6 on this machine: by one process, or by several that share it. */
export class LocalK6 implements Engine {
  readonly name = 'k6';
  /** What k6 said of scripts that it took, with the very same variables: a script that is run again is not read twice. */
  private readonly checked = new Map<string, Record<string, unknown>>();

  /**
   * `stateDir` holds k6's cache, and a folder of its own for each load under way. `ingestUrl`: where pushes are taken,
   * each run's below it; null where no load is started.
   */
  constructor(
    private readonly stateDir: string,
    private readonly ingestUrl: string | null = null,
  ) {}

  async check(script: Script): Promise<Record<string, unknown>> {
    const { path } = await this.binary();
    const asked = { k6Path: path, ...script };
    const key = keyOf(asked);
    const known = this.checked.get(key);
    if (known) return known;
    const options = await inspectScript(asked);
    this.checked.set(key, options);
    if (this.checked.size > mostChecked) this.checked.delete(this.checked.keys().next().value!);
    return options;
  }

  async start({ runId, env, runners, ...load }: Load): Promise<RunningLoad> {
    const { path, version } = await this.binary();
    const pushes = createLoadIngest({ runners, script: codeOf(load).join('\n') });
    const workDir = join(this.runsDir, runId);
    const clear = (): Promise<void> =>
      rm(/* turbopackIgnore: true */ workDir, { recursive: true, force: true });
    try {
      const asked = {
        ...load,
        k6Path: path,
        env: { ...env, TARGET_URL: targetUrlOf(load.target), HOST: load.target.host },
        ingestUrl: `${this.ingestUrl}/${runId}`,
        workDir,
        unitOf: (metric: string) => unitIn(pushes.metrics, metric),
      };
      const { pids, stop, ended } =
        runners > 1 ? await startRunners({ ...asked, count: runners, pushes }) : await startOne(asked);
      return {
        handle: { pids, workDir } satisfies z.infer<typeof handleSchema>,
        version,
        pushes,
        stop,
        ended: ended.then(async (end) => {
          await clear().catch(() => undefined);
          return end;
        }),
      };
    } catch (error) {
      await clear();
      throw error;
    }
  }

  // Its guard ends a k6 whose dashboard is gone, but only after a grace: a new dashboard does not wait for it. In a history
  // that was restored beside the one that it was copied from, a k6 is that one's, which goes on.
  async recover(handle: LoadHandle): Promise<void> {
    const { data } = handleSchema.safeParse(handle);
    if (!data || dirname(data.workDir) !== this.runsDir) return;
    for (const pid of data.pids) {
      if (!(await isK6(pid))) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
  }

  async clear(): Promise<void> {
    await rm(/* turbopackIgnore: true */ this.runsDir, { recursive: true, force: true });
    await clearScratch();
  }

  private get runsDir(): string {
    return join(this.stateDir, 'runs');
  }

  private binary(): Promise<K6Binary> {
    return findK6({ stateDir: this.stateDir });
  }
}

async function startOne(start: K6Start): Promise<LocalRunners> {
  const k6 = await startK6(start);
  return { pids: [k6.pid], stop: (mode) => (mode === 'kill' ? k6.kill() : k6.stop()), ended: k6.exited };
}

/** What was asked about, in a few characters. */
function keyOf({ files = [], ...asked }: Script & { k6Path: string }): string {
  const hash = createHash('sha256').update(JSON.stringify(asked));
  for (const { path, content } of files) hash.update(`\n${path}\n${content.length}\n`).update(content);
  return hash.digest('hex');
}

/** The texts of a script's code: the names of its metrics are in them. */
export function codeOf({ scriptText, files = [] }: ScriptSource): string[] {
  return [scriptText, ...files.flatMap(({ content }) => (typeof content === 'string' ? [content] : []))];
}

// A process id may have been given to another program since: only a k6 is ended.
async function isK6(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-p', `${pid}`, '-o', 'args=']);
    return /\bk6\b.*\brun\b/.test(stdout);
  } catch {
    return false;
  }
}
