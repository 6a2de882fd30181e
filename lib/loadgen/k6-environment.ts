import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { variable } from '@/lib/environment/environment';
import { message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { summaryTrendStats } from './summary';

/** The name of a script's file. Always `.ts`: k6 reads such a file as JavaScript first and as TypeScript if that fails. */
export const scriptFileName = 'script.ts';

/** The system tags that a page shows; each further tag is more series in each second. A script's own `systemTags` win. */
const systemTags = [
  'status',
  'scenario',
  'method',
  'name',
  'group',
  'check',
  'expected_response',
  'error_code',
] as const;

// What Go and the operating system need; the script sees it in __ENV, so nothing else of ours is handed on.
const inherited = [
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GOMAXPROCS',
  'GOGC',
  'GOMEMLIMIT',
  'TZ',
  'SystemRoot',
] as const;

const reserved =
  /^(K6_.*|GO[A-Z]+|SSL_?[A-Z_]*|LD_.*|DYLD_.*|NODE_.*|(HTTPS?|ALL|NO)_PROXY|NO_COLOR|PATH|HOME|TMPDIR|TZ|SystemRoot)$/i;

/** Whether a name may not be given to a script as a variable, since k6, Go or the system act on it. */
export function isReservedVariable(name: string): boolean {
  return reserved.test(name);
}

/**
 * The whole environment of a k6 process: the script's variables and what Go needs, nothing of the dashboard's own. By
 * the environment and not by `-e`, since a command line is readable by every user of the machine. Throws on a reserved name.
 */
export function k6Environment(env: Record<string, string>): Record<string, string> {
  const wrong = Object.keys(env).filter(isReservedVariable);
  if (wrong.length > 0)
    throw new Problem(
      'problems.variable-changes-k6',
      { name: wrong[0]! },
      {
        errors: wrong.map((name) => ({
          path: `env.${name}`,
          said: message('validation.variable-reserved', { name }),
        })),
      },
    );
  return {
    ...collectorSettings(),
    ...processors(),
    ...Object.fromEntries(
      inherited.flatMap((name) => {
        const value = variable(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    ...env,
    // Otherwise k6 would send a script that imports an extension's name to a build service, and run what comes back.
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
  };
}

/**
 * k6 makes much garbage and keeps little: collected less often it takes a fifth less CPU from the service under test
 * (docs/decisions/k6-metrics.md). Near half of the machine's memory Go collects as often as it must.
 */
function collectorSettings(): Record<string, string> {
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return { GOGC: '400', GOMEMLIMIT: `${Math.floor(memoryBytes / 2)}` };
}

/**
 * How many processors a container's limit leaves: Go finds it out by itself, but not from within the cage. Rounded up and
 * at least 2, as Go does (runtime, GOMAXPROCS).
 */
function processors(): Record<string, string> {
  try {
    const [quota = '', period = ''] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ');
    const limit = Math.max(2, Math.ceil(Number(quota) / Number(period)));
    return limit < availableParallelism() ? { GOMAXPROCS: `${limit}` } : {};
  } catch {
    return {};
  }
}

/**
 * k6's configuration: defaults that a script's options may override. One VU is what `k6 run` takes where a script says
 * none; `k6 inspect` of v1.8 refuses such a script, unless it is said here.
 */
export function k6Config(): Record<string, unknown> {
  return { vus: 1, systemTags, summaryTrendStats };
}

/** The name of k6's configuration in a run's folder. */
export const configFileName = 'k6-config.json';

/** k6's output of metrics and its settings; where to and with what token, the guard adds. */
export const metricsOutput = {
  output: 'experimental-prometheus-rw',
  settings: { pushInterval: '1s', trendAsNativeHistogram: true, staleMarkers: true },
};

/** A file of this project by its path from the root: `SCALETRACE_ROOT`, else the nearest folder upwards that has it. */
export function projectFile(path: string): string {
  let folder = variable('SCALETRACE_ROOT') ?? process.cwd();
  while (!existsSync(join(/* turbopackIgnore: true */ folder, path))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Problem('problems.project-file-missing', { path });
    folder = parent;
  }
  return join(/* turbopackIgnore: true */ folder, path);
}
