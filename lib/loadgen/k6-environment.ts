import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
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
const inherited = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GOMAXPROCS', 'GOGC', 'GOMEMLIMIT', 'TZ', 'SystemRoot'];

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
  const wrong = Object.keys(env).find(isReservedVariable);
  if (wrong !== undefined)
    throw new Error(`${wrong} cannot be a script’s variable: it would change k6 itself.`);
  return {
    ...collectorSettings(),
    ...Object.fromEntries(
      inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
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
 * Writes k6's configuration file: defaults that a script's options may override, and where the metrics go. The ingest
 * secret is in here, and not in the environment, so that a script does not see it in `__ENV` nor others in `ps`.
 */
export async function writeK6Config(
  folder: string,
  ingest: { url: string; secret: string } | null,
): Promise<string> {
  const path = join(/* turbopackIgnore: true */ folder, 'k6-config.json');
  const remoteWrite = ingest && {
    url: ingest.url,
    bearerToken: ingest.secret,
    pushInterval: '1s',
    trendAsNativeHistogram: true,
    staleMarkers: true,
  };
  const config = {
    systemTags,
    summaryTrendStats,
    ...(remoteWrite ? { collectors: { 'experimental-prometheus-rw': remoteWrite } } : {}),
  };
  await writeFile(/* turbopackIgnore: true */ path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** A file of this project by its path from the root: `SCALETRACE_ROOT`, else the nearest folder upwards that has it. */
export function projectFile(path: string): string {
  let folder = process.env.SCALETRACE_ROOT ?? process.cwd();
  while (!existsSync(join(/* turbopackIgnore: true */ folder, path))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error(
        `${path} was not found: start Scaletrace in its own folder, or set SCALETRACE_ROOT to it.`,
      );
    folder = parent;
  }
  return join(/* turbopackIgnore: true */ folder, path);
}
